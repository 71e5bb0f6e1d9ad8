#pragma once

#include "cloudenc/thunk/thunk.hh"
#include "cloudenc/vpx/vpx_encoder.hh"
#include "codec/media/segment_decoder.hh"

// What outputs depend on besides arguments and inputs. Our own codec gives the same bytes everywhere and
// stands for itself by its functions' versions.
namespace skirret::cloudenc {

inline const char* architecture() {
#if defined(__x86_64__)
  return "x86_64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "other";
#endif
}

inline Arguments ffmpeg_environment() {
  return {{"ffmpeg", codec::decoder_version()}, {"architecture", architecture()}};
}
inline Arguments vpx_environment() {
  return {{"libvpx", vpx_version()}, {"architecture", architecture()}};
}

}  // namespace skirret::cloudenc
