#include "codec/encoder/transform_macroblock.hh"

#include <algorithm>

#include "codec/syntax/coefficients.hh"

namespace skirret::codec {

namespace {

// Of blocks first .. first + count - 1, each and together.
Magnitude measure(const EncoderKernels& kernels, MacroblockTransform& transform, int first, int count) {
  for (int i = first; i < first + count; i += 4)
    kernels.magnitude_of_4(transform.blocks[i], transform.sizes + i);
  Magnitude all;
  for (int i = first; i < first + count; ++i) {
    all.energy += transform.sizes[i].energy;
    all.peak = std::max(all.peak, transform.sizes[i].peak);
  }
  return all;
}

}  // namespace

void transform_luma(const EncoderKernels& kernels, const Picture& target, int col, int row,
                    const std::uint8_t* prediction, std::ptrdiff_t stride, bool with_y2,
                    MacroblockTransform& out) {
  const PlaneView luma = target.plane(PlaneName::kY);
  for (int y = 0; y < 4; ++y)
    kernels.fdct_16x4(luma.at(col * 16, row * 16 + y * 4), luma.stride, prediction + y * 4 * stride, stride,
                      out.blocks[y * 4]);
  if (!with_y2) {
    out.luma = measure(kernels, out, 0, 16);
    return;
  }
  std::int16_t dcs[16];
  for (int i = 0; i < 16; ++i) {
    dcs[i] = out.blocks[i][0];
    out.blocks[i][0] = 0;
  }
  kernels.fwht(dcs, out.blocks[kY2Block]);
  out.luma = measure(kernels, out, 0, 16);
  out.y2 = out.sizes[kY2Block] = kernels.magnitude(out.blocks[kY2Block]);
}

void transform_chroma(const EncoderKernels& kernels, const Picture& target, int col, int row,
                      const std::uint8_t* const (&prediction)[2], std::ptrdiff_t stride,
                      MacroblockTransform& out) {
  constexpr PlaneName kPlanes[2] = {PlaneName::kU, PlaneName::kV};
  for (int i = 0; i < 2; ++i) {
    const PlaneView plane = target.plane(kPlanes[i]);
    kernels.fdct_8x8(plane.at(col * 8, row * 8), plane.stride, prediction[i], stride, out.blocks[16 + 4 * i]);
  }
  out.chroma = measure(kernels, out, 16, 8);
}

void transform_macroblock(const EncoderKernels& kernels, const Picture& target, int col, int row,
                          const MacroblockPixels& prediction, bool with_y2, MacroblockTransform& out) {
  transform_luma(kernels, target, col, row, prediction.luma, 16, with_y2, out);
  transform_chroma(kernels, target, col, row, {prediction.chroma[0], prediction.chroma[1]}, 8, out);
}

}  // namespace skirret::codec
