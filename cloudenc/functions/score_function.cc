#include <cmath>
#include <string>

#include "cloudenc/functions/function_list.hh"
#include "cloudenc/functions/inputs.hh"
#include "codec/decoder/decoder.hh"
#include "codec/quality/quality.hh"

namespace skirret::cloudenc {
namespace {

// How large a chunk's frames are and how near to their pictures: [[bytes, SSIM in thousand-millionths], …].
Result<void> score(Call& call) {
  const auto frames = input_frames(call, 0);
  if (!frames) return tl::unexpected(frames.error());
  const auto pictures = input_pictures(call, 1);
  if (!pictures) return tl::unexpected(pictures.error());
  if (frames->size() != pictures->size())
    return fail(ErrorCode::kInvalid, "a picture is needed for each frame");
  Arguments table = Arguments::array();
  codec::State state;
  for (std::size_t i = 0; i < frames->size(); ++i) {
    const auto decoded = codec::decode(state, (*frames)[i]);
    if (!decoded) return tl::unexpected(decoded.error());
    state = decoded->next;
    const double ssim = codec::measure_luma((*pictures)[i], decoded->shown).ssim[0];
    table.push_back({(*frames)[i].size(), std::llround(ssim * 1e9)});
  }
  const std::string text = table.dump();
  return call.emit(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

}  // namespace

Function score_function() {
  Function function;
  function.name = "score";
  function.run = score;
  return function;
}

}  // namespace skirret::cloudenc
