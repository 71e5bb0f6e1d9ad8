#include <optional>
#include <string>

#include "cloudenc/functions/environment.hh"
#include "cloudenc/functions/function_list.hh"
#include "codec/media/opus_sound.hh"

namespace skirret::cloudenc {
namespace {

Result<void> sound(Call& call) {
  std::size_t next = 0;
  const codec::SegmentReader segments = [&]() -> Result<std::optional<codec::Segment>> {
    if (next == call.group_size(0)) return std::optional<codec::Segment>();
    const auto blob = call.input(0, next++);
    if (!blob) return tl::unexpected(blob.error());
    auto segment = codec::load_segment(*blob);
    if (!segment) return tl::unexpected(segment.error());
    return std::optional<codec::Segment>(std::move(*segment));
  };
  const codec::OpusOptions options{call.arguments().at("kbps").get<int>()};
  const auto made = call.arguments().at("copy").get<bool>() ? codec::copy_opus(segments)
                                                            : codec::encode_opus(segments, options);
  if (!made) return tl::unexpected(made.error());
  return call.emit(codec::save(*made));
}

}  // namespace

Function sound_function() {
  Function function;
  function.name = "sound";
  function.environment = {{"opus", codec::opus_version()}, {"architecture", architecture()}};
  function.run = sound;
  return function;
}

}  // namespace skirret::cloudenc
