#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/picture/picture.hh"
#include "codec/syntax/modes.hh"

// Motion compensation (RFC 6386 section 18). Samples outside a reference's aligned planes are its nearest
// edge samples, however far a vector points; no border is stored.
namespace skirret::codec {

enum class SubpelFilter : std::uint8_t { kSixtap, kBilinear };

// What a frame's version (profile) says about prediction: 0 and the reserved ones above 3 use six taps;
// 1, 2 and 3 bilinear; 3 drops the fraction of chroma vectors. (libvpx leaves the chroma of a version 3
// macroblock whose vector ends 18 1/4 to 19 samples beyond the left or upper edge as it lay in memory; here
// it is predicted like any other.)
struct InterProfile {
  SubpelFilter filter = SubpelFilter::kSixtap;
  bool full_pixel_chroma = false;
};
InterProfile inter_profile(int version);

// In eighths of a sample of the plane that it is used on. Luma vectors are quarter-pels: times 2.
struct EighthVector {
  int row = 0;
  int col = 0;
  bool operator==(const EighthVector&) const = default;
};
constexpr EighthVector luma_eighths(MotionVector v) {
  return {2 * v.row, 2 * v.col};
}

// The chroma vector of a whole macroblock, and of the 4x4 chroma block (bx, by), 0..1, of a split one.
EighthVector whole_chroma_vector(MotionVector vector, InterProfile profile);
EighthVector split_chroma_vector(const MacroblockModes& modes, int bx, int by, InterProfile profile);

// Predicts the block of width x height (4, 8 or 16 each) that stands at (x, y): reads `reference` displaced
// by `vector`, writes to `to`.
void predict_inter(PlaneView reference, int x, int y, int width, int height, EighthVector vector,
                   SubpelFilter filter, std::uint8_t* to, std::ptrdiff_t stride);

// The whole aligned planes of a picture.
struct ReferencePlanes {
  PlaneView y, u, v;
  ReferencePlanes() = default;
  explicit ReferencePlanes(const Picture& picture)
      : y(picture.plane(PlaneName::kY)), u(picture.plane(PlaneName::kU)), v(picture.plane(PlaneName::kV)) {}
};
struct TargetPlanes {
  MutablePlaneView y, u, v;
  TargetPlanes() = default;
  explicit TargetPlanes(MutablePicture& picture)
      : y(picture.plane(PlaneName::kY)), u(picture.plane(PlaneName::kU)), v(picture.plane(PlaneName::kV)) {}
};

// All three planes of an inter macroblock.
void predict_inter_macroblock(const ReferencePlanes& reference, const MacroblockModes& modes, int mb_col,
                              int mb_row, InterProfile profile, const TargetPlanes& to);

}  // namespace skirret::codec
