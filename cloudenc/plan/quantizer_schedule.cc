#include "cloudenc/plan/quantizer_schedule.hh"

#include <algorithm>

namespace skirret::cloudenc {
namespace {

// Shares of the quantizer taken off where nothing moves, in sixteenths: what the key frame shows well stays
// for a batch, what a chunk's first picture shows well for a chunk and more.
constexpr std::int64_t kKeyFrame = 14;
constexpr std::int64_t kChunkFirst = 10;

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

std::vector<int> quantizer_schedule(const Batch& batch, std::span<const FrameStatistics> recording,
                                    int quality) {
  std::vector<int> quantizers(batch.count(), quality);
  if (recording.empty() || batch.count() < 2) return quantizers;
  const auto statistics = recording.subspan(batch.first(), batch.count());
  const std::int64_t still = stillness(statistics);
  const auto finer = [&](std::int64_t sixteenths) {
    return quality - static_cast<int>(quality * sixteenths * still / (16 * 256));
  };
  for (const Chunk& chunk : batch.chunks)
    quantizers[chunk.first - batch.first()] = finer(chunk.first == batch.first() ? kKeyFrame : kChunkFirst);
  return quantizers;
}

}  // namespace skirret::cloudenc
