#pragma once

#include <utility>
#include <vector>

#include "cloudenc/functions/blobs.hh"
#include "cloudenc/thunk/function.hh"

// A call's inputs as what they mean.
namespace skirret::cloudenc {

inline Result<std::vector<codec::Picture>> input_pictures(Call& call, std::size_t group) {
  std::vector<codec::Picture> pictures;
  for (std::size_t i = 0; i < call.group_size(group); ++i) {
    const auto blob = call.input(group, i);
    if (!blob) return tl::unexpected(blob.error());
    auto picture = picture_of(*blob);
    if (!picture) return tl::unexpected(picture.error());
    if (!pictures.empty() && picture->dimensions() != pictures.front().dimensions())
      return fail(ErrorCode::kInvalid, "pictures of one chunk have several sizes");
    pictures.push_back(std::move(*picture));
  }
  if (pictures.empty()) return fail(ErrorCode::kInvalid, "no pictures given");
  return pictures;
}

inline Result<std::vector<ByteVector>> input_frames(Call& call, std::size_t group, std::size_t index = 0) {
  const auto blob = call.input(group, index);
  if (!blob) return tl::unexpected(blob.error());
  return frames_of(*blob);
}

inline Error stopped_error() {
  return {ErrorCode::kIo, "stopped"};
}

}  // namespace skirret::cloudenc
