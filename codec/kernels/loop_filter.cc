#include "codec/kernels/loop_filter.hh"

#include <algorithm>

#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

struct LevelLimits {
  EdgeLimits macroblock;
  EdgeLimits inner;
};

LevelLimits limits_of(int level, int sharpness, bool key_frame) {
  int interior = level >> (sharpness > 4 ? 2 : sharpness > 0 ? 1 : 0);
  if (sharpness > 0) interior = std::min(interior, 9 - sharpness);
  interior = std::max(interior, 1);
  const int high_variance =
      key_frame ? (level >= 40) + (level >= 15) : (level >= 40) + (level >= 20) + (level >= 15);
  LevelLimits limits;
  limits.macroblock = {static_cast<std::uint8_t>(2 * (level + 2) + interior),
                       static_cast<std::uint8_t>(interior), static_cast<std::uint8_t>(high_variance)};
  limits.inner = limits.macroblock;
  limits.inner.edge = static_cast<std::uint8_t>(2 * level + interior);
  return limits;
}

struct Position {
  int col, row;
};

void filter_normal(const ReconstructionKernels& kernels, MutablePicture& picture, Position at, bool inner,
                   const LevelLimits& limits) {
  const MutablePlaneView luma = picture.plane(PlaneName::kY);
  const MutablePlaneView u_plane = picture.plane(PlaneName::kU), v_plane = picture.plane(PlaneName::kV);
  std::uint8_t* y = luma.at(16 * at.col, 16 * at.row);
  std::uint8_t* u = u_plane.at(8 * at.col, 8 * at.row);
  std::uint8_t* v = v_plane.at(8 * at.col, 8 * at.row);
  const std::ptrdiff_t stride = luma.stride, chroma_stride = u_plane.stride;
  if (at.col > 0) {
    kernels.macroblock_vertical(y, stride, 16, limits.macroblock);
    kernels.chroma_macroblock_vertical(u, v, chroma_stride, limits.macroblock);
  }
  if (inner) {
    for (int x = 4; x < 16; x += 4) kernels.inner_vertical(y + x, stride, 16, limits.inner);
    kernels.chroma_inner_vertical(u + 4, v + 4, chroma_stride, limits.inner);
  }
  if (at.row > 0) {
    kernels.macroblock_horizontal(y, stride, 16, limits.macroblock);
    kernels.chroma_macroblock_horizontal(u, v, chroma_stride, limits.macroblock);
  }
  if (inner) {
    for (int line = 4; line < 16; line += 4)
      kernels.inner_horizontal(y + line * stride, stride, 16, limits.inner);
    kernels.chroma_inner_horizontal(u + 4 * chroma_stride, v + 4 * chroma_stride, chroma_stride,
                                    limits.inner);
  }
}

void filter_simple(const ReconstructionKernels& kernels, MutablePicture& picture, Position at, bool inner,
                   const LevelLimits& limits) {
  const MutablePlaneView luma = picture.plane(PlaneName::kY);
  std::uint8_t* y = luma.at(16 * at.col, 16 * at.row);
  if (at.col > 0) kernels.simple_vertical(y, luma.stride, 16, limits.macroblock);
  if (inner)
    for (int x = 4; x < 16; x += 4) kernels.simple_vertical(y + x, luma.stride, 16, limits.inner);
  if (at.row > 0) kernels.simple_horizontal(y, luma.stride, 16, limits.macroblock);
  if (inner)
    for (int line = 4; line < 16; line += 4)
      kernels.simple_horizontal(y + line * luma.stride, luma.stride, 16, limits.inner);
}

}  // namespace

void filter_row(MutablePicture& picture, int mb_row, std::span<const MacroblockFilter> row,
                const FilterFields& fields, bool key_frame) {
  const ReconstructionKernels& kernels = reconstruction_kernels();
  for (std::size_t col = 0; col < row.size(); ++col) {
    if (row[col].level == 0) continue;
    const LevelLimits limits = limits_of(row[col].level, fields.sharpness, key_frame);
    const Position at{static_cast<int>(col), mb_row};
    if (fields.simple) {
      filter_simple(kernels, picture, at, row[col].inner, limits);
    } else {
      filter_normal(kernels, picture, at, row[col].inner, limits);
    }
  }
}

}  // namespace skirret::codec
