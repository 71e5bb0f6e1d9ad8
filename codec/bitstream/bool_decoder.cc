#include "codec/bitstream/bool_decoder.hh"

namespace skirret::codec {

BoolDecoder::Window BoolDecoder::refilled(Window window, const std::uint8_t* end) {
  auto left = static_cast<std::size_t>(end - window.next);
  if (left >= 8) {
    std::uint64_t word;
    std::memcpy(&word, window.next, 8);
    word = __builtin_bswap64(word);
    const int taken = (56 - window.spare) / 8;  // whole bytes that fit below the ones still held
    const int held = window.spare + 8;          // bits in value, 0..7
    window.value |= (word >> held) & (~std::uint64_t{0} << (64 - held - 8 * taken));
    window.next += taken;
    window.spare += 8 * taken;
    return window;
  }
  if (window.exhausted) return window;
  for (int position = 48 - window.spare; position >= 0 && left > 0; position -= 8, --left) {
    window.value |= static_cast<std::uint64_t>(*window.next++) << position;
    window.spare += 8;
  }
  if (left == 0) {
    window.exhausted = true;
    window.spare += kEndless;
  }
  return window;
}

}  // namespace skirret::codec
