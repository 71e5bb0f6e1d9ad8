#include "cloudenc/plan/quantizer_schedule.hh"

#include <algorithm>

namespace skirret::cloudenc {
namespace {

// Shares of the quantizer taken off where nothing moves, in sixteenths.
constexpr std::int64_t kKeyFrame = 7;
constexpr std::int64_t kChunkFirst = 2;

// How much of the batch's error prediction takes away, 0..256.
std::int64_t stillness(std::span<const FrameStatistics> statistics) {
  std::int64_t intra = 0, coded = 0;
  for (const FrameStatistics& frame : statistics.subspan(1)) {  // the first has nothing to be predicted from
    intra += std::max<std::int64_t>(1, frame.intra_error);
    coded += std::clamp<std::int64_t>(frame.coded_error, 0, std::max<std::int64_t>(1, frame.intra_error));
  }
  return 256 - coded * 256 / intra;
}

}  // namespace

std::vector<int> quantizer_schedule(const Batch& batch, std::span<const FrameStatistics> statistics,
                                    int quality) {
  std::vector<int> quantizers(batch.count(), quality);
  if (statistics.size() < 2) return quantizers;
  const std::int64_t still = stillness(statistics);
  const auto finer = [&](std::int64_t sixteenths) {
    return quality - static_cast<int>(quality * sixteenths * still / (16 * 256));
  };
  for (const Chunk& chunk : batch.chunks)
    quantizers[chunk.first - batch.first()] = finer(chunk.first == batch.first() ? kKeyFrame : kChunkFirst);
  return quantizers;
}

}  // namespace skirret::cloudenc
