#include <string>

#include "cloudenc/functions/environment.hh"
#include "cloudenc/functions/function_list.hh"
#include "cloudenc/functions/inputs.hh"

namespace skirret::cloudenc {
namespace {

Result<codec::Segment> segment_input(Call& call) {
  const auto blob = call.input(0, 0);
  if (!blob) return tl::unexpected(blob.error());
  return codec::load_segment(*blob);
}

Result<void> index(Call& call) {
  const auto segment = segment_input(call);
  if (!segment) return tl::unexpected(segment.error());
  Arguments table = Arguments::array();
  auto done =
      codec::decode_segment(*segment, [&](const codec::ShownPicture& shown, const auto&) -> Result<bool> {
        table.push_back({shown.time, shown.dimensions.width, shown.dimensions.height});
        if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
        return true;
      });
  if (!done) return done;
  const std::string text = table.dump();
  return call.emit(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<void> pictures(Call& call) {
  const auto first = call.arguments().at("first").get<std::uint64_t>();
  const auto count = call.arguments().at("count").get<std::uint64_t>();
  const auto segment = segment_input(call);
  if (!segment) return tl::unexpected(segment.error());
  std::uint64_t position = 0;
  const auto visit = [&](const codec::ShownPicture&, const auto& convert) -> Result<bool> {
    if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
    if (position++ < first) return true;
    const auto picture = convert();
    if (!picture) return tl::unexpected(picture.error());
    if (auto done = call.emit(picture_blob(*picture)); !done) return tl::unexpected(done.error());
    return position < first + count;
  };
  if (auto done = codec::decode_segment(*segment, visit); !done) return done;
  if (position < first + count)
    return fail(ErrorCode::kInvalid, "the segment shows " + std::to_string(position) + " pictures only");
  return {};
}

}  // namespace

Function index_function() {
  Function function;
  function.name = "index";
  function.environment = ffmpeg_environment();
  function.run = index;
  return function;
}

Function pictures_function() {
  Function function;
  function.name = "pictures";
  function.transient_from = 0;
  function.environment = ffmpeg_environment();
  function.run = pictures;
  return function;
}

}  // namespace skirret::cloudenc
