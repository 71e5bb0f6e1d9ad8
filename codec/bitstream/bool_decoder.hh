#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "codec/base/bytes.hh"

namespace skirret::codec {

// The arithmetic decoder of RFC 6386 section 7. Past its last byte it reads zeros, and knows that it did.
// Borrows its bytes: they outlive it.
class BoolDecoder {
 public:
  BoolDecoder() = default;
  explicit BoolDecoder(Bytes bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) { refill(); }

  // `probability` is that of a 0, in 1/256; 0 works as in the format (split 1).
  bool read(std::uint8_t probability) {
    const std::uint32_t split = 1 + (((range_ - 1) * probability) >> 8);
    return decide(split);
  }
  bool flag() { return read(128); }

  std::uint32_t literal(int bits) {
    std::uint32_t value = 0;
    for (int i = 0; i < bits; ++i) value = value << 1 | static_cast<std::uint32_t>(flag());
    return value;
  }

  // A sign bit at even odds, applied to `magnitude`.
  int apply_sign(int magnitude) { return decide((range_ + 1) >> 1) ? -magnitude : magnitude; }

  // True once the 8-bit window reached beyond the last byte: then zeros have stood in for data. The same
  // test as libvpx's, so an encoder must leave the whole window covered (BoolEncoder::finish does).
  bool past_end() const { return next_ == end_ && spare_ < (exhausted_ ? kEndless : 0); }

 private:
  static constexpr int kEndless = 1 << 30;

  bool decide(std::uint32_t split) {
    if (spare_ < 0) refill();
    const std::uint64_t edge = static_cast<std::uint64_t>(split) << 56;
    const bool bit = value_ >= edge;
    range_ = bit ? range_ - split : split;
    value_ -= bit ? edge : 0;
    const int shift = std::countl_zero(range_) - 24;
    range_ <<= shift;
    value_ <<= shift;
    spare_ -= shift;
    return bit;
  }

  void refill() {
    const auto left = static_cast<std::size_t>(end_ - next_);
    if (left >= 8) {
      std::uint64_t word;
      std::memcpy(&word, next_, 8);
      word = __builtin_bswap64(word);
      const int taken = (56 - spare_) / 8;  // whole bytes that fit below the ones still held
      const int held = spare_ + 8;          // bits in value_, 0..7
      value_ |= (word >> held) & (~std::uint64_t{0} << (64 - held - 8 * taken));
      next_ += taken;
      spare_ += 8 * taken;
      return;
    }
    refill_at_end(left);
  }

  void refill_at_end(std::size_t left) {
    if (exhausted_) return;
    int position = 48 - spare_;  // shift of the next byte
    while (position >= 0 && left > 0) {
      value_ |= static_cast<std::uint64_t>(*next_++) << position;
      position -= 8;
      spare_ += 8;
      --left;
    }
    if (left == 0) {
      exhausted_ = true;
      spare_ += kEndless;
    }
  }

  const std::uint8_t* next_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  std::uint64_t value_ = 0;    // the window's 8 bits on top, then what follows
  int spare_ = -8;             // bits held beyond the window
  std::uint32_t range_ = 255;  // 128..255 between symbols
  bool exhausted_ = false;
};

}  // namespace skirret::codec
