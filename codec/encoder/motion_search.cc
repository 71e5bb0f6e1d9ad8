#include "codec/encoder/motion_search.hh"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "codec/encoder/block_prediction.hh"
#include "codec/encoder/frame_quantizer.hh"

namespace skirret::codec {
namespace {

constexpr std::uint32_t kWorst = std::numeric_limits<std::uint32_t>::max();

MotionVector moved(MotionVector v, int row, int col) {
  return {static_cast<std::int16_t>(v.row + row), static_cast<std::int16_t>(v.col + col)};
}

MotionVector whole(MotionVector v) {
  return {static_cast<std::int16_t>((v.row + 2) & ~3), static_cast<std::int16_t>((v.col + 2) & ~3)};
}

// Whole-pel score of a vector that is a multiple of four.
std::uint32_t sad_score(const SearchBlock& block, MotionVector v) {
  if (!block.reachable(v)) return kWorst;
  return satd_score(block.sad(v), block.vector_costs->difference(v, block.predicted), block.satd_lambda);
}

struct Best {
  MotionVector vector;
  std::uint32_t score = kWorst;

  bool offer(MotionVector v, std::uint32_t s) {
    if (s >= score) return false;
    vector = v;
    score = s;
    return true;
  }
};

Best best_start(const SearchBlock& block, std::span<const MotionVector> starts) {
  Best best;
  std::array<MotionVector, 17> seen;
  std::size_t count = 0;
  for (const MotionVector start : starts) {
    const MotionVector v = whole(start);
    bool known = false;
    for (std::size_t i = 0; i < count; ++i) known = known || seen[i] == v;
    if (known || count == seen.size()) continue;
    seen[count++] = v;
    best.offer(v, sad_score(block, v));
  }
  return best;
}

// One step of the small diamond around `centre`; true when one of its points is better.
bool step_diamond(const SearchBlock& block, MotionVector centre, Best& best) {
  const std::array<MotionVector, 4> points = {moved(centre, 0, 4), moved(centre, 4, 0), moved(centre, 0, -4),
                                              moved(centre, -4, 0)};
  bool better = false;
  const bool inside = std::ranges::all_of(points, [&](MotionVector v) { return block.reachable(v); });
  if (!inside || block.size < 8) {
    for (const MotionVector v : points) better = best.offer(v, sad_score(block, v)) || better;
    return better;
  }
  const std::ptrdiff_t stride = block.reference->stride(0);
  const std::uint8_t* const middle =
      block.reference->at(0, block.x + (centre.col >> 2), block.y + (centre.row >> 2));
  const std::uint8_t* const at[4] = {middle + 1, middle + stride, middle - 1, middle - stride};
  std::uint32_t sads[4];
  (block.size == 16 ? block.kernels->four_sads_16x16 : block.kernels->four_sads_8x8)(
      block.source, block.source_stride, at, stride, sads);
  for (std::size_t i = 0; i < 4; ++i)
    better =
        best.offer(points[i], satd_score(sads[i], block.vector_costs->difference(points[i], block.predicted),
                                         block.satd_lambda)) ||
        better;
  return better;
}

// A hexagon walks downhill, skipping the points it has seen; a small diamond ends the walk.
void walk_whole(const SearchBlock& block, int steps, Best& best) {
  static constexpr int kHexagon[6][2] = {{0, 2}, {2, 1}, {2, -1}, {0, -2}, {-2, -1}, {-2, 1}};
  int from = -1;  // direction of the last move
  for (int step = 0; step < steps; ++step) {
    const MotionVector centre = best.vector;
    int moved_to = -1;
    for (int i = 0; i < 6; ++i) {
      if (from >= 0 && (i - from + 7) % 6 > 2) continue;  // behind: seen from the last centre
      const MotionVector v = moved(centre, kHexagon[i][0] * 4, kHexagon[i][1] * 4);
      if (best.offer(v, sad_score(block, v))) moved_to = i;
    }
    if (moved_to < 0) break;
    from = moved_to;
  }
  for (int step = 0; step < 2; ++step)
    if (!step_diamond(block, best.vector, best)) break;
}

std::uint32_t exact_score(const SearchBlock& block, MotionVector v, std::uint32_t satd) {
  return satd_score(satd, block.vector_costs->difference(v, block.predicted), block.satd_lambda);
}

struct Refined {
  bool by_sad = false;
  Best best;
  std::uint32_t difference = 0;

  std::uint32_t offer(const SearchBlock& block, MotionVector v) {
    if (!block.reachable(v)) return kWorst;
    const std::uint32_t d = by_sad ? block.sad(v) : block.satd(v);
    const std::uint32_t score = exact_score(block, v, d);
    if (best.offer(v, score)) difference = d;
    return score;
  }
};

void refine(const SearchBlock& block, int step, bool diagonals, Refined& refined) {
  const MotionVector centre = refined.best.vector;
  const std::uint32_t right = refined.offer(block, moved(centre, 0, step));
  const std::uint32_t left = refined.offer(block, moved(centre, 0, -step));
  const std::uint32_t down = refined.offer(block, moved(centre, step, 0));
  const std::uint32_t up = refined.offer(block, moved(centre, -step, 0));
  if (diagonals) refined.offer(block, moved(centre, down < up ? step : -step, right < left ? step : -step));
}

}  // namespace

void SearchBlock::predict(MotionVector v, std::uint8_t* out, std::ptrdiff_t out_stride) const {
  predict_luma_block(*kernels, *reference, x, y, size, size, v, bilinear, out, out_stride);
}

std::uint32_t SearchBlock::difference(MotionVector v, EncoderKernels::Difference measure) const {
  if (((v.row | v.col) & 3) == 0)
    return measure(source, source_stride, reference->at(0, x + (v.col >> 2), y + (v.row >> 2)),
                   reference->stride(0));
  alignas(32) std::uint8_t block[16 * 16];
  predict(v, block, 16);
  return measure(source, source_stride, block, 16);
}

std::uint32_t SearchBlock::satd(MotionVector v) const {
  return difference(v, size == 16 ? kernels->satd_16x16 : size == 8 ? kernels->satd_8x8 : kernels->satd_4x4);
}

std::uint32_t SearchBlock::sad(MotionVector v) const {
  return difference(v, size == 16 ? kernels->sad_16x16 : size == 8 ? kernels->sad_8x8 : kernels->sad_4x4);
}

bool SearchBlock::reachable(MotionVector v) const {
  return std::abs(v.row) <= kLongestVector && std::abs(v.col) <= kLongestVector &&
         reference->covers(x, y, size, size, v);
}

FoundVector search_vector(const SearchBlock& block, std::span<const MotionVector> starts,
                          const SearchDepth& depth) {
  Best best = best_start(block, starts);
  if (best.score == kWorst) best.vector = MotionVector{};
  if (best.score >= block.satd_lambda * depth.walk_from) walk_whole(block, depth.hexagon_steps, best);
  Refined refined;
  refined.by_sad = depth.by_sad;
  refined.offer(block, best.vector);
  if (refined.best.score < block.satd_lambda * depth.refine_from)
    return {refined.best.vector, refined.difference};
  if (depth.subpel_levels >= 1) refine(block, 2, depth.diagonals, refined);
  if (depth.subpel_levels >= 2) refine(block, 1, depth.diagonals, refined);
  return {refined.best.vector, refined.difference};
}

}  // namespace skirret::codec
