#include "tools/skirret-vp8/md5.hh"

#include <array>
#include <cstdint>

extern "C" {
#include <libavutil/md5.h>
}

#include "codec/container/y4m.hh"

namespace skirret::vp8 {

std::string i420_md5(const codec::Picture& picture) {
  const ByteVector bytes = codec::i420_bytes(picture);
  std::array<std::uint8_t, 16> digest{};
  av_md5_sum(digest.data(), bytes.data(), bytes.size());
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace skirret::vp8
