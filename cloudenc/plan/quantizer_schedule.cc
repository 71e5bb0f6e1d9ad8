#include "cloudenc/plan/quantizer_schedule.hh"

#include <algorithm>
#include <numeric>

namespace skirret::cloudenc {
namespace {

// Shares of the quantizer taken off where nothing moves, in sixteenths: what the key frame shows well stays
// for a batch, what a golden one shows well until the next and longer.
constexpr std::int64_t kKeyFrame = 17;
constexpr std::int64_t kGolden = 13;
// What comes into the picture and stays, like a cut in a part of it or the end of scrolling: this much less
// the share of its error that soon is left in each frame.
constexpr std::int64_t kArrival = 10;
constexpr std::size_t kStays = 4;  // frames after it that are asked

constexpr std::size_t kGoldenEach = 6;
constexpr std::size_t kFewestAfter = 3;  // frames that one in a chunk is golden for

constexpr std::int64_t kMillion = 1'000'000;

// How much of the batch's error prediction takes away, 0..256; what moves counts half, since each frame that
// it is carried on to costs it some of its detail.
std::int64_t stillness(std::span<const FrameStatistics> statistics) {
  std::int64_t intra = 0, coded = 0, moving = 0;
  for (const FrameStatistics& frame : statistics.subspan(1)) {  // the first has nothing to be predicted from
    intra += std::max<std::int64_t>(1, frame.intra_error);
    moving += std::clamp<std::int64_t>(frame.motion_share, 0, kMillion);
    coded += std::clamp<std::int64_t>(frame.coded_error, 0, std::max<std::int64_t>(1, frame.intra_error));
  }
  moving /= static_cast<std::int64_t>(statistics.size() - 1);
  return (256 - coded * 256 / intra) * (2 * kMillion - moving) / (2 * kMillion);
}

// How much of frame `at`'s error the calmer half of those after it do not have, 0..256; 0 where they have
// most of it: there it says that the picture moves on and on, not that something new came.
std::int64_t arrived(std::span<const FrameStatistics> statistics, std::size_t at) {
  std::vector<std::int64_t> after;
  for (std::size_t i = at + 1; i < statistics.size() && after.size() < kStays; ++i)
    after.push_back(statistics[i].coded_error);
  if (after.empty()) return 0;
  std::ranges::sort(after);
  const std::size_t half = (after.size() + 1) / 2;
  const std::int64_t calm = std::reduce(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(half)) /
                            static_cast<std::int64_t>(half);
  const std::int64_t own = statistics[at].coded_error;
  return own > 0 && 2 * own > 3 * calm ? (own - calm) * 256 / own : 0;
}

}  // namespace

std::vector<std::size_t> golden_frames(const Chunk& chunk) {
  std::vector<std::size_t> frames = {0};
  for (std::size_t i = kGoldenEach; i + kFewestAfter < chunk.count; i += kGoldenEach) frames.push_back(i);
  return frames;
}

std::vector<int> quantizer_schedule(const Batch& batch, std::span<const FrameStatistics> recording,
                                    int quality) {
  std::vector<int> quantizers(batch.count(), quality);
  if (recording.empty() || batch.count() < 2) return quantizers;
  const auto statistics = recording.subspan(batch.first(), batch.count());
  const std::int64_t still = stillness(statistics);
  const auto finer = [&](std::int64_t sixteenths, std::int64_t share = 256) {
    return std::max(0, quality - static_cast<int>(quality * sixteenths * still * share / (16 * 256 * 256)));
  };
  for (std::size_t i = 1; i < quantizers.size(); ++i)
    if (const std::int64_t share = arrived(statistics, i); share > 0) quantizers[i] = finer(kArrival, share);
  for (const Chunk& chunk : batch.chunks)
    for (const std::size_t frame : golden_frames(chunk))
      quantizers[chunk.first - batch.first() + frame] = finer(kGolden);
  quantizers.front() = finer(kKeyFrame);
  return quantizers;
}

}  // namespace skirret::cloudenc
