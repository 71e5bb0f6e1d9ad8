#include <memory>
#include <string>
#include <utility>

#include "cloudenc/functions/environment.hh"
#include "cloudenc/functions/function_list.hh"
#include "cloudenc/functions/inputs.hh"
#include "cloudenc/functions/segment_reading.hh"

namespace skirret::cloudenc {
namespace {

constexpr std::uint64_t kAnyNumber = UINT64_MAX;

// What the last of the given parts adds to the pictures that those before it show.
Result<void> index(Call& call, DecoderShelf& shelf) {
  const bool more = call.arguments().at("more").get<bool>();
  const std::size_t parts = call.group_size(0);
  if (parts == 0) return fail(ErrorCode::kInvalid, "a segment without parts");
  auto reading = shelf.take(call.thunk().inputs[0], parts - 1, kAnyNumber);
  Arguments table = Arguments::array();
  while (true) {
    if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
    const auto shown = reading->next(call, parts);
    if (!shown) return tl::unexpected(shown.error());
    if (!*shown && (more || reading->finished())) break;
    if (!*shown)
      reading->finish();
    else if (reading->read().size() == parts)
      table.push_back({(*shown)->time, (*shown)->dimensions.width, (*shown)->dimensions.height});
  }
  if (more) shelf.put(std::move(reading));
  const std::string text = table.dump();
  return call.emit(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<void> pictures(Call& call, DecoderShelf& shelf) {
  const auto first = call.arguments().at("first").get<std::uint64_t>();
  const auto count = call.arguments().at("count").get<std::uint64_t>();
  const std::size_t parts = call.group_size(0);
  if (parts == 0) return fail(ErrorCode::kInvalid, "a segment without parts");
  auto reading = shelf.take(call.thunk().inputs[0], parts, first);
  while (reading->shown() < first + count) {
    if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
    const auto shown = reading->next(call, parts);
    if (!shown) return tl::unexpected(shown.error());
    if (!*shown && reading->finished())
      return fail(ErrorCode::kInvalid,
                  "the segment shows " + std::to_string(reading->shown()) + " pictures only");
    if (!*shown) reading->finish();
    if (!*shown || reading->shown() <= first) continue;
    const auto picture = reading->picture();
    if (!picture) return tl::unexpected(picture.error());
    if (auto done = call.emit(picture_blob(*picture)); !done) return done;
  }
  shelf.put(std::move(reading));
  return {};
}

}  // namespace

Function index_function(std::shared_ptr<DecoderShelf> shelf) {
  Function function;
  function.name = "index";
  function.version = 2;
  function.environment = ffmpeg_environment();
  function.run = [shelf = std::move(shelf)](Call& call) { return index(call, *shelf); };
  return function;
}

Function pictures_function(std::shared_ptr<DecoderShelf> shelf) {
  Function function;
  function.name = "pictures";
  function.transient_from = 0;
  function.environment = ffmpeg_environment();
  function.run = [shelf](Call& call) { return pictures(call, *shelf); };
  function.kept = [shelf = std::move(shelf)] { return shelf->memory(); };
  return function;
}

}  // namespace skirret::cloudenc
