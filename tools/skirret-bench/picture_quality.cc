#include "tools/skirret-bench/picture_quality.hh"

#include <string>

#include "codec/quality/quality.hh"

namespace skirret::bench {
namespace {

std::string size_of(const codec::Picture& picture) {
  return std::to_string(picture.dimensions().width) + "x" + std::to_string(picture.dimensions().height);
}

}  // namespace

Result<std::vector<FrameQuality>> measure_shown(const std::vector<Shown>& shown,
                                                const PictureStream& received, const PictureStream& source,
                                                const std::function<void(std::size_t)>& report) {
  std::vector<FrameQuality> measured;
  codec::Picture original;
  std::uint64_t originals = 0;  // taken from the source so far; `original` is frame originals - 1
  for (const Shown& display : shown) {
    auto picture = received();
    if (!picture) return tl::unexpected(picture.error());
    if (!*picture) break;
    if (display.frame + 1 < originals) continue;  // shown again after a later one: nothing to compare with
    while (originals <= display.frame) {
      auto next = source();
      if (!next) return tl::unexpected(next.error());
      if (!*next) {
        return fail(ErrorCode::kInvalid, "the source ends at picture " + std::to_string(originals) +
                                             ", but frame " + std::to_string(display.frame) +
                                             " was shown: is it the call's source?");
      }
      original = std::move(**next);
      ++originals;
    }
    if (original.dimensions() != (*picture)->dimensions()) {
      return fail(ErrorCode::kInvalid, "the source has pictures of " + size_of(original) +
                                           ", the recording of " + size_of(**picture) +
                                           ": give the call's --size");
    }
    const codec::PictureQuality quality = codec::measure_luma(original, **picture);
    measured.push_back(
        {.frame = display.frame,
         .ssim_y = quality.ssim[0],
         .mse_y = static_cast<double>(quality.squared_error[0]) / static_cast<double>(quality.samples[0])});
    report(measured.size());
  }
  return measured;
}

}  // namespace skirret::bench
