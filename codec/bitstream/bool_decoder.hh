#pragma once

#include <cstdint>
#include <cstring>

#include "codec/base/bytes.hh"

namespace skirret::codec {

// The arithmetic decoder of RFC 6386 section 7. Past its last byte it reads zeros, and knows that it did.
// Borrows its bytes: they outlive it. A copy on the stack keeps its fields in registers through a loop of
// reads: whoever reads much copies it, reads, and copies it back.
class BoolDecoder {
 public:
  BoolDecoder() = default;
  explicit BoolDecoder(Bytes bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) { refill(); }

  // `probability` is that of a 0, in 1/256; 0 works as in the format (split 1).
  bool read(std::uint8_t probability) {
    if (spare_ < 0) [[unlikely]]
      refill();
    const auto split = static_cast<std::uint32_t>(product_of(probability) >> 32);
    const std::uint64_t edge = static_cast<std::uint64_t>(split) << 56;
    const bool bit = value_ >= edge;
    value_ -= bit ? edge : 0;
    const std::uint32_t rest = bit ? static_cast<std::uint32_t>(range_ >> 24) - split : split;
    normalise(rest, __builtin_clz(rest));
    return bit;
  }
  bool flag() { return read(128); }

  // The same as read, for a bit that the caller branches on at once and that is foreseeable: the branch is
  // here, so that what follows does not wait for the comparison.
  bool branch(std::uint8_t probability) {
    if (spare_ < 0) [[unlikely]]
      refill();
    const std::uint64_t product = product_of(probability);
    const std::uint64_t split = product >> 32, edge = split << 56;
    if (value_ >= edge) {
      value_ -= edge;
      const auto rest = static_cast<std::uint32_t>((range_ >> 24) - split);
      normalise(rest, __builtin_clz(rest));
      return true;
    }
    normalise(static_cast<std::uint32_t>(split), __builtin_clzll(product));
    return false;
  }

  std::uint32_t literal(int bits) {
    std::uint32_t value = 0;
    for (int i = 0; i < bits; ++i) value = value << 1 | static_cast<std::uint32_t>(flag());
    return value;
  }

  // A sign bit at even odds, applied to `magnitude`. Nobody can foresee it, so nothing branches.
  int apply_sign(int magnitude) {
    if (spare_ < 0) [[unlikely]]
      refill();
    const auto range = static_cast<std::uint32_t>(range_ >> 24), split = (range + 1) >> 1;
    const std::uint64_t edge = static_cast<std::uint64_t>(split) << 56;
    const std::int64_t mask = -static_cast<std::int64_t>(value_ >= edge);  // 0 or all ones
    const auto minus = static_cast<std::uint32_t>(mask);
    value_ -= edge & static_cast<std::uint64_t>(mask);
    const std::uint32_t rest = split ^ ((split ^ (range - split)) & minus);
    normalise(rest, __builtin_clz(rest));
    return (magnitude ^ static_cast<int>(minus)) - static_cast<int>(minus);
  }

  // True once the 8-bit window reached beyond the last byte: then zeros have stood in for data. The same
  // test as libvpx's, so an encoder must leave the whole window covered (BoolEncoder::finish does).
  bool past_end() const { return next_ == end_ && spare_ < (exhausted_ ? kEndless : 0); }

 private:
  static constexpr int kEndless = 1 << 30;

  // What a refill changes. By value, so that a decoder on the stack need not have an address.
  struct Window {
    std::uint64_t value;
    const std::uint8_t* next;
    int spare;
    bool exhausted;
  };

  // 1 + ((range - 1) * probability >> 8), in bits 32 to 39; a fraction stands below. In this form each symbol
  // waits for the one before it as briefly as can be: multiply, add, count, shift.
  std::uint64_t product_of(std::uint64_t probability) const {
    return range_ * probability + ((std::uint64_t{1} << 32) - (probability << 24));
  }

  // `zeros`: the leading zeros of `range`, 24..31.
  void normalise(std::uint32_t range, int zeros) {
    range_ = range << zeros;
    value_ <<= zeros - 24;
    spare_ -= zeros - 24;
  }

  // All but the last bytes come in whole words, here; those at the end one by one, elsewhere.
  void refill() {
    if (end_ - next_ >= 8) [[likely]] {
      std::uint64_t word;
      std::memcpy(&word, next_, 8);
      const int taken = (56 - spare_) / 8;  // whole bytes that fit below the bits still held
      const int held = spare_ + 8;          // 0..7
      value_ |= (__builtin_bswap64(word) >> held) & (~std::uint64_t{0} << (64 - held - 8 * taken));
      next_ += taken;
      spare_ += 8 * taken;
      return;
    }
    const Window window = refilled_at_end({value_, next_, spare_, exhausted_}, end_);
    value_ = window.value;
    next_ = window.next;
    spare_ = window.spare;
    exhausted_ = window.exhausted;
  }

  static Window refilled_at_end(Window window, const std::uint8_t* end);

  const std::uint8_t* next_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  std::uint64_t value_ = 0;                         // the window's 8 bits on top, then what follows
  int spare_ = -8;                                  // bits held beyond the window
  std::uint64_t range_ = std::uint64_t{255} << 24;  // 128..255 between symbols, shifted by 24
  bool exhausted_ = false;
};

}  // namespace skirret::codec
