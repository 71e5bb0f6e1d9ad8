#include "codec/kernels/loop_filter.hh"

#include <algorithm>

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

FilterLimits limits_of(int level, int sharpness, bool key_frame) {
  int interior = level >> (sharpness > 4 ? 2 : sharpness > 0 ? 1 : 0);
  if (sharpness > 0) interior = std::min(interior, 9 - sharpness);
  interior = std::max(interior, 1);
  const int high_variance =
      key_frame ? (level >= 40) + (level >= 15) : (level >= 40) + (level >= 20) + (level >= 15);
  return {static_cast<std::uint8_t>(2 * (level + 2) + interior),
          static_cast<std::uint8_t>(2 * level + interior), static_cast<std::uint8_t>(interior),
          static_cast<std::uint8_t>(high_variance)};
}

}  // namespace

void filter_row(MutablePicture& picture, int mb_row, std::span<const MacroblockFilter> row,
                const FilterFields& fields, bool key_frame) {
  const ReconstructionKernels& kernels = reconstruction_kernels();
  const auto filter = fields.simple ? kernels.filter_simple : kernels.filter_normal;
  const MutablePlaneView y = picture.plane(PlaneName::kY), u = picture.plane(PlaneName::kU),
                         v = picture.plane(PlaneName::kV);
  FilterSite site{y.at(0, 16 * mb_row),
                  u.at(0, 8 * mb_row),
                  v.at(0, 8 * mb_row),
                  y.stride,
                  u.stride,
                  false,
                  mb_row > 0,
                  false};
  int level = 0;
  FilterLimits limits;
  for (std::size_t col = 0; col < row.size(); ++col) {
    if (row[col].level != 0) {
      if (row[col].level != level) {
        level = row[col].level;
        limits = limits_of(level, fields.sharpness, key_frame);
      }
      site.left = col > 0;
      site.inner = row[col].inner;
      filter(site, limits);
    }
    site.y += 16;
    site.u += 8;
    site.v += 8;
  }
}

}  // namespace skirret::codec
