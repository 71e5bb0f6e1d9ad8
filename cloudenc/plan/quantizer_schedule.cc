#include "cloudenc/plan/quantizer_schedule.hh"

#include <algorithm>

namespace skirret::cloudenc {
namespace {

// Shares of the quantizer taken off where nothing moves, in sixteenths: what the key frame shows well stays
// for a batch, what a golden one shows well until the next and longer.
constexpr std::int64_t kKeyFrame = 17;
constexpr std::int64_t kGolden = 13;

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
  const auto finer = [&](std::int64_t sixteenths) {
    return std::max(0, quality - static_cast<int>(quality * sixteenths * still / (16 * 256)));
  };
  for (const Chunk& chunk : batch.chunks)
    for (const std::size_t frame : golden_frames(chunk))
      quantizers[chunk.first - batch.first() + frame] = finer(kGolden);
  quantizers.front() = finer(kKeyFrame);
  return quantizers;
}

}  // namespace skirret::cloudenc
