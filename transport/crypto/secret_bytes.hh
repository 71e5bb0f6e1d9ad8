#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>

#include <sodium.h>

#include "codec/base/bytes.hh"
#include "codec/base/check.hh"

namespace skirret::transport {

// N bytes that must never be seen: wiped when destroyed, assigned over or moved from, compared in constant
// time, and without any way to be printed (streaming one does not compile).
template <std::size_t N>
class SecretBytes {
 public:
  static constexpr std::size_t kSize = N;

  SecretBytes() = default;  // all zero
  explicit SecretBytes(Bytes from) {
    SKIRRET_CHECK(from.size() == N);
    std::copy(from.begin(), from.end(), bytes_.begin());
  }
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe();
    }
    return *this;
  }
  ~SecretBytes() { wipe(); }

  Bytes view() const { return bytes_; }
  std::span<std::uint8_t> writable() { return bytes_; }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::uint8_t* data() { return bytes_.data(); }
  static constexpr std::size_t size() { return N; }

  bool operator==(const SecretBytes& other) const {
    return sodium_memcmp(bytes_.data(), other.bytes_.data(), N) == 0;
  }

 private:
  void wipe() { sodium_memzero(bytes_.data(), N); }

  std::array<std::uint8_t, N> bytes_{};
};

template <std::size_t N>
std::ostream& operator<<(std::ostream&, const SecretBytes<N>&) = delete;

}  // namespace skirret::transport
