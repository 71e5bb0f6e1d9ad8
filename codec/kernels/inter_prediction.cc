#include "codec/kernels/inter_prediction.hh"

#include <cstring>

#include "codec/kernels/plane_kernels.hh"
#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

// The filters look 2 samples back and 3 ahead.
constexpr int kBefore = 2;
constexpr int kAfter = 3;

// A copy of the samples around a block, coordinates clamped to the plane.
struct ClampedPatch {
  alignas(32) std::uint8_t samples[(16 + kBefore + kAfter) * kPatchStride];

  ClampedPatch(PlaneView plane, int left, int top, int width, int height) {
    plane_kernels().copy_clamped(plane, left, top, width, height, samples);
  }
};

// Rounds a sum of four toward zero after adding half, as the format divides.
constexpr int quarter(int sum) {
  return (sum + (sum < 0 ? -2 : 2)) / 4;
}

// A block in a reference plane, displaced.
struct Place {
  int left, top;
  SubpelBlock block;

  Place(int x, int y, int width, int height, EighthVector vector)
      : left(x + (vector.col >> 3)),
        top(y + (vector.row >> 3)),
        block{width, height, vector.col & 7, vector.row & 7} {}

  // Whether all that its kernel reads lies inside the plane.
  bool inside(PlaneView plane) const {
    const int before_x = block.x_phase != 0 ? kBefore : 0, after_x = block.x_phase != 0 ? kAfter : 0;
    const int before_y = block.y_phase != 0 ? kBefore : 0, after_y = block.y_phase != 0 ? kAfter : 0;
    return left >= before_x && top >= before_y && left + block.width + after_x <= plane.width &&
           top + block.height + after_y <= plane.height;
  }
  ClampedPatch patch(PlaneView plane) const {
    return {plane, left - kBefore, top - kBefore, block.width + kBefore + kAfter,
            block.height + kBefore + kAfter};
  }
};

// The kernels of a frame's filter.
struct Predictor {
  SubpelPredictor luma;
  ChromaPredictor chroma;

  void operator()(PlaneView reference, const Place& place, std::uint8_t* to, std::ptrdiff_t stride) const {
    if (place.inside(reference)) [[likely]] {
      luma(reference.at(place.left, place.top), reference.stride, place.block, to, stride);
    } else {
      from_patch(reference, place, to, stride);
    }
  }
  void both_chroma(const ReferencePlanes& reference, const Place& place, const ChromaTarget& to) const {
    if (place.inside(reference.u)) [[likely]] {
      chroma(reference.u.at(place.left, place.top), reference.v.at(place.left, place.top), reference.u.stride,
             place.block, to);
    } else {
      from_patch(reference.u, place, to.u, to.stride);
      from_patch(reference.v, place, to.v, to.stride);
    }
  }

 private:
  [[gnu::noinline]] void from_patch(PlaneView reference, const Place& place, std::uint8_t* to,
                                    std::ptrdiff_t stride) const {
    const ClampedPatch patch = place.patch(reference);
    luma(patch.samples + kBefore * kPatchStride + kBefore, kPatchStride, place.block, to, stride);
  }
};

Predictor predictor_of(SubpelFilter filter) {
  const auto& kernels = reconstruction_kernels();
  if (filter == SubpelFilter::kSixtap) return {kernels.sixtap, kernels.sixtap_chroma};
  return {kernels.bilinear, kernels.bilinear_chroma};
}

ChromaTarget chroma_at(const TargetPlanes& to, int x, int y) {
  return {to.u.at(x, y), to.v.at(x, y), to.u.stride};
}

template <int Size>
void copy_square(PlaneView from, int x, int y, MutablePlaneView to) {
  const std::uint8_t* source = from.at(x, y);
  std::uint8_t* samples = to.at(x, y);
  for (int i = 0; i < Size; ++i) std::memcpy(samples + i * to.stride, source + i * from.stride, Size);
}

// What does not move, most macroblocks of a call.
void copy_macroblock(const ReferencePlanes& reference, int x, int y, const TargetPlanes& to) {
  copy_square<16>(reference.y, x, y, to.y);
  copy_square<8>(reference.u, x / 2, y / 2, to.u);
  copy_square<8>(reference.v, x / 2, y / 2, to.v);
}

void predict_whole(Predictor predict, const ReferencePlanes& reference, const MacroblockModes& modes, int x,
                   int y, InterProfile profile, const TargetPlanes& to) {
  predict(reference.y, Place(x, y, 16, 16, luma_eighths(modes.vector)), to.y.at(x, y), to.y.stride);
  predict.both_chroma(reference, Place(x / 2, y / 2, 8, 8, whole_chroma_vector(modes.vector, profile)),
                      chroma_at(to, x / 2, y / 2));
}

// Blocks of equal vectors are predicted together: a sample does not depend on the size of its block.
void predict_split_luma(Predictor predict, PlaneView reference, const MacroblockModes& modes, int x, int y,
                        MutablePlaneView to) {
  const auto block = [&](int bx, int by, int width, int height) {
    const EighthVector vector = luma_eighths(modes.vectors[static_cast<std::size_t>(by + bx / 4)]);
    predict(reference, Place(x + bx, y + by, width, height, vector), to.at(x + bx, y + by), to.stride);
  };
  for (int by = 0; by < 16; by += 8) {
    const MotionVector* v = &modes.vectors[static_cast<std::size_t>(by)];  // of two lines of four blocks
    const bool left = v[0] == v[1] && v[0] == v[4] && v[0] == v[5];
    const bool right = v[2] == v[3] && v[2] == v[6] && v[2] == v[7];
    if (left && right && v[0] == v[2]) {
      block(0, by, 16, 8);
      continue;
    }
    for (const int half : {0, 2}) {
      if (half == 0 ? left : right) {
        block(4 * half, by, 8, 8);
        continue;
      }
      for (int line = 0; line < 2; ++line) {
        const bool same = v[half + 4 * line] == v[half + 4 * line + 1];
        block(4 * half, by + 4 * line, same ? 8 : 4, 4);
        if (!same) block(4 * half + 4, by + 4 * line, 4, 4);
      }
    }
  }
}

void predict_split_chroma(Predictor predict, const ReferencePlanes& reference, const MacroblockModes& modes,
                          int x, int y, InterProfile profile, const TargetPlanes& to) {
  const auto block = [&](int bx, int by, int size, EighthVector vector) {
    predict.both_chroma(reference, Place(x + bx, y + by, size, size, vector), chroma_at(to, x + bx, y + by));
  };
  const EighthVector vectors[4] = {
      split_chroma_vector(modes, 0, 0, profile), split_chroma_vector(modes, 1, 0, profile),
      split_chroma_vector(modes, 0, 1, profile), split_chroma_vector(modes, 1, 1, profile)};
  if (vectors[0] == vectors[1] && vectors[0] == vectors[2] && vectors[0] == vectors[3])
    return block(0, 0, 8, vectors[0]);
  for (int i = 0; i < 4; ++i) block(i % 2 * 4, i / 2 * 4, 4, vectors[i]);
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
  predictor_of(filter)(reference, Place(x, y, width, height, vector), to, stride);
}

void predict_inter_macroblock(const ReferencePlanes& reference, const MacroblockModes& modes, int mb_col,
                              int mb_row, InterProfile profile, const TargetPlanes& to) {
  const int x = 16 * mb_col, y = 16 * mb_row;
  if (modes.luma != LumaMode::kSplit && modes.vector.is_zero()) return copy_macroblock(reference, x, y, to);
  const Predictor predict = predictor_of(profile.filter);
  if (modes.luma != LumaMode::kSplit) {
    predict_whole(predict, reference, modes, x, y, profile, to);
  } else {
    predict_split_luma(predict, reference.y, modes, x, y, to.y);
    predict_split_chroma(predict, reference, modes, x / 2, y / 2, profile, to);
  }
}

}  // namespace skirret::codec
