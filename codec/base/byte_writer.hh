#pragma once

#include <cstdint>
#include <utility>

#include "codec/base/bytes.hh"

namespace skirret {

// Appends fields to a growing buffer; the mirror of ByteReader.
class ByteWriter {
 public:
  ByteWriter() = default;
  explicit ByteWriter(ByteVector start) : bytes_(std::move(start)) {}

  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16be(std::uint16_t value) { big_endian(value, 2); }
  void u24be(std::uint32_t value) { big_endian(value, 3); }
  void u32be(std::uint32_t value) { big_endian(value, 4); }
  void u64be(std::uint64_t value) { big_endian(value, 8); }
  void u16le(std::uint16_t value) { little_endian(value, 2); }
  void u24le(std::uint32_t value) { little_endian(value, 3); }
  void u32le(std::uint32_t value) { little_endian(value, 4); }
  void u64le(std::uint64_t value) { little_endian(value, 8); }

  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      u8(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    u8(static_cast<std::uint8_t>(value));
  }

  void bytes(Bytes more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }

  std::size_t size() const { return bytes_.size(); }
  const ByteVector& view() const { return bytes_; }
  ByteVector take() && { return std::move(bytes_); }

 private:
  void big_endian(std::uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void little_endian(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }

  ByteVector bytes_;
};

}  // namespace skirret
