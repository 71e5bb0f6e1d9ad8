#include "codec/bitstream/bool_decoder.hh"

namespace skirret::codec {

BoolDecoder::Window BoolDecoder::refilled_at_end(Window window, const std::uint8_t* end) {
  if (window.exhausted) return window;
  auto left = static_cast<std::size_t>(end - window.next);
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
