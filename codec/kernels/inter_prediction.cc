#include "codec/kernels/inter_prediction.hh"

#include <algorithm>
#include <cstring>

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

// The filters look 2 samples back and 3 ahead.
constexpr int kBefore = 2;
constexpr int kAfter = 3;

// A copy of the samples around a block, coordinates clamped to the plane.
struct ClampedPatch {
  static constexpr int kStride = 32;
  alignas(32) std::uint8_t samples[(16 + kBefore + kAfter) * kStride];

  ClampedPatch(PlaneView plane, int left, int top, int width, int height) {
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* from = plane.row(std::clamp(top + y, 0, plane.height - 1));
      std::uint8_t* to = samples + y * kStride;
      for (int x = 0; x < width; ++x) to[x] = from[std::clamp(left + x, 0, plane.width - 1)];
    }
  }
};

// Rounds a sum of four toward zero after adding half, as the format divides.
constexpr int quarter(int sum) {
  return (sum + (sum < 0 ? -2 : 2)) / 4;
}

void predict_whole(const Picture& reference, const MacroblockModes& modes, int x, int y, InterProfile profile,
                   MutablePicture& to) {
  const MutablePlaneView luma = to.plane(PlaneName::kY);
  predict_inter(reference.plane(PlaneName::kY), x, y, 16, 16, luma_eighths(modes.vector), profile.filter,
                luma.at(x, y), luma.stride);
  const EighthVector vector = whole_chroma_vector(modes.vector, profile);
  for (const PlaneName name : {PlaneName::kU, PlaneName::kV}) {
    const MutablePlaneView plane = to.plane(name);
    predict_inter(reference.plane(name), x / 2, y / 2, 8, 8, vector, profile.filter, plane.at(x / 2, y / 2),
                  plane.stride);
  }
}

void predict_split(const Picture& reference, const MacroblockModes& modes, int x, int y, InterProfile profile,
                   MutablePicture& to) {
  const PlaneView from = reference.plane(PlaneName::kY);
  const MutablePlaneView luma = to.plane(PlaneName::kY);
  const int step =
      modes.split == SplitKind::kSixteenths ? 4 : 8;  // samples do not depend on the block's size
  for (int by = 0; by < 16; by += step)
    for (int bx = 0; bx < 16; bx += step)
      predict_inter(from, x + bx, y + by, step, step,
                    luma_eighths(modes.vectors[static_cast<std::size_t>(by + bx / 4)]), profile.filter,
                    luma.at(x + bx, y + by), luma.stride);
  for (int by = 0; by < 2; ++by) {
    for (int bx = 0; bx < 2; ++bx) {
      const EighthVector vector = split_chroma_vector(modes, bx, by, profile);
      const int cx = x / 2 + 4 * bx, cy = y / 2 + 4 * by;
      for (const PlaneName name : {PlaneName::kU, PlaneName::kV}) {
        const MutablePlaneView plane = to.plane(name);
        predict_inter(reference.plane(name), cx, cy, 4, 4, vector, profile.filter, plane.at(cx, cy),
                      plane.stride);
      }
    }
  }
}

}  // namespace

InterProfile inter_profile(int version) {
  const bool bilinear = version >= 1 && version <= 3;
  return {bilinear ? SubpelFilter::kBilinear : SubpelFilter::kSixtap, version == 3};
}

EighthVector whole_chroma_vector(MotionVector vector, InterProfile profile) {
  const int mask = profile.full_pixel_chroma ? ~7 : ~0;
  return {vector.row & mask, vector.col & mask};
}

EighthVector split_chroma_vector(const MacroblockModes& modes, int bx, int by, InterProfile profile) {
  const int mask = profile.full_pixel_chroma ? ~7 : ~0;
  int row = 0, col = 0;
  for (const int offset : {0, 1, 4, 5}) {
    const MotionVector& vector = modes.vectors[static_cast<std::size_t>(8 * by + 2 * bx + offset)];
    row += vector.row;
    col += vector.col;
  }
  return {quarter(row) & mask, quarter(col) & mask};
}

void predict_inter(PlaneView reference, int x, int y, int width, int height, EighthVector vector,
                   SubpelFilter filter, std::uint8_t* to, std::ptrdiff_t stride) {
  const int left = x + (vector.col >> 3) - kBefore;
  const int top = y + (vector.row >> 3) - kBefore;
  const int patch_width = width + kBefore + kAfter;
  const int patch_height = height + kBefore + kAfter;
  const SubpelBlock block{width, height, vector.col & 7, vector.row & 7};
  const auto& kernels = reconstruction_kernels();
  const auto predict = filter == SubpelFilter::kSixtap ? kernels.sixtap : kernels.bilinear;
  if (left >= 0 && top >= 0 && left + patch_width <= reference.width &&
      top + patch_height <= reference.height) {
    predict(reference.at(left + kBefore, top + kBefore), reference.stride, block, to, stride);
  } else {
    const ClampedPatch patch(reference, left, top, patch_width, patch_height);
    predict(patch.samples + kBefore * ClampedPatch::kStride + kBefore, ClampedPatch::kStride, block, to,
            stride);
  }
}

void predict_inter_macroblock(const Picture& reference, const MacroblockModes& modes, int mb_col, int mb_row,
                              InterProfile profile, MutablePicture& to) {
  if (modes.luma == LumaMode::kSplit) {
    predict_split(reference, modes, 16 * mb_col, 16 * mb_row, profile, to);
  } else {
    predict_whole(reference, modes, 16 * mb_col, 16 * mb_row, profile, to);
  }
}

}  // namespace skirret::codec
