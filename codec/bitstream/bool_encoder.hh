#pragma once

#include <bit>
#include <cstdint>

#include "codec/base/bytes.hh"

namespace skirret::codec {

// The arithmetic encoder of RFC 6386 section 7: the mirror of BoolDecoder.
class BoolEncoder {
 public:
  void write(bool bit, std::uint8_t probability);
  void flag(bool value) { write(value, 128); }
  void literal(std::uint32_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i) flag((value >> i & 1) != 0);
  }

  // Bytes that finish() would return now. Adding symbols never makes it smaller.
  std::size_t size() const { return bytes_.size() + static_cast<std::size_t>(pending_ + 8 + 7) / 8; }

  // Ends the stream with as few bytes as let a decoder never look past its end.
  ByteVector finish() &&;

  // Writes on for a while with the coder's numbers at hand, in registers where all calls are inlined: a
  // third of the time. The encoder itself rests until the run ends.
  class Run;

 private:
  static constexpr int kChunk = 40;

  void append(std::uint64_t bits, int count);  // count a multiple of 8; a carry stands at bit `count`

  ByteVector bytes_;
  std::uint64_t low_ = 0;  // pending_ + 8 bits, and a carry above them
  int pending_ = 0;
  std::uint32_t range_ = 255;
};

class BoolEncoder::Run {
 public:
  explicit Run(BoolEncoder& to) : to_(to), low_(to.low_), pending_(to.pending_), range_(to.range_) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    to_.low_ = low_;
    to_.pending_ = pending_;
    to_.range_ = range_;
  }

  void write(bool bit, std::uint8_t probability) {
    const std::uint32_t split = 1 + (((range_ - 1) * probability) >> 8);
    low_ += bit ? split : 0;
    range_ = bit ? range_ - split : split;
    const int shift = std::countl_zero(range_) - 24;
    range_ <<= shift;
    low_ <<= shift;
    pending_ += shift;
    if (pending_ < kChunk) return;
    // The oldest kChunk bits move out.
    const int kept = pending_ + 8 - kChunk;
    to_.append(low_ >> kept, kChunk);
    low_ &= (std::uint64_t{1} << kept) - 1;
    pending_ -= kChunk;
  }

 private:
  BoolEncoder& to_;
  std::uint64_t low_;
  int pending_;
  std::uint32_t range_;
};

inline void BoolEncoder::write(bool bit, std::uint8_t probability) {
  Run(*this).write(bit, probability);
}

}  // namespace skirret::codec
