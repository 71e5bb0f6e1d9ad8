#include "codec/kernels/intra_prediction.hh"

#include <cstring>

#include "codec/base/check.hh"
#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

constexpr std::uint8_t kAboveOutside = 127;
constexpr std::uint8_t kLeftOutside = 129;
constexpr auto kRowOutside = [] {
  std::array<std::uint8_t, 16> row{};
  row.fill(kAboveOutside);
  return row;
}();

IntraEdges edges_of(PlaneView plane, int x, int y) {
  IntraEdges edges{kRowOutside.data(), &kLeftOutside, 0, kAboveOutside, y > 0, x > 0};
  if (x > 0) {
    edges.left = plane.at(x - 1, y);
    edges.left_stride = plane.stride;
  }
  if (y > 0) {
    edges.above = plane.at(x, y - 1);
    edges.corner = x > 0 ? edges.above[-1] : kLeftOutside;
  }
  return edges;
}

// Luma's whole-block modes have the numbers of chroma's.
ChromaMode whole_block_mode(LumaMode mode) {
  SKIRRET_CHECK(mode <= LumaMode::kTrueMotion);
  return static_cast<ChromaMode>(mode);
}

// Four samples, the lowest byte on the left.
constexpr std::uint32_t four_of(unsigned sample) {
  return sample * 0x01010101u;
}

std::uint32_t load_four(const std::uint8_t* from) {
  std::uint32_t four;
  std::memcpy(&four, from, 4);
  return four;
}

// From its parts: left from the bottom up, corner, above, above right.
SubblockEdge joined(std::uint32_t left, std::uint8_t corner, std::uint32_t above, std::uint32_t above_right) {
  return {left | static_cast<std::uint64_t>(corner) << 32 | static_cast<std::uint64_t>(above) << 40,
          above >> 24 | static_cast<std::uint64_t>(above_right) << 8};
}

}  // namespace

void predict_luma(MutablePlaneView plane, int x, int y, LumaMode mode) {
  predict_luma_into(plane, x, y, mode, plane.at(x, y), plane.stride);
}

void predict_chroma(MutablePlaneView plane, int x, int y, ChromaMode mode) {
  predict_chroma_into(plane, x, y, mode, plane.at(x, y), plane.stride);
}

void predict_luma_into(PlaneView plane, int x, int y, LumaMode mode, std::uint8_t* to,
                       std::ptrdiff_t stride) {
  reconstruction_kernels().intra_16x16(edges_of(plane, x, y), whole_block_mode(mode), to, stride);
}

void predict_chroma_into(PlaneView plane, int x, int y, ChromaMode mode, std::uint8_t* to,
                         std::ptrdiff_t stride) {
  reconstruction_kernels().intra_8x8(edges_of(plane, x, y), mode, to, stride);
}

std::array<std::uint8_t, 4> macroblock_above_right(PlaneView luma, int mb_x, int mb_y) {
  std::array<std::uint8_t, 4> samples;
  if (mb_y == 0) {
    samples.fill(kAboveOutside);
  } else if (mb_x + 16 >= luma.width) {
    samples.fill(*luma.at(mb_x + 15, mb_y - 1));
  } else {
    std::memcpy(samples.data(), luma.at(mb_x + 16, mb_y - 1), 4);
  }
  return samples;
}

SubblockEdge edge_of(const std::array<std::uint8_t, 13>& samples) {
  SubblockEdge edge;
  for (std::size_t i = 0; i < 8; ++i) edge.first |= static_cast<std::uint64_t>(samples[i]) << (8 * i);
  for (std::size_t i = 8; i < 13; ++i) edge.last |= static_cast<std::uint64_t>(samples[i]) << (8 * (i - 8));
  return edge;
}

SubblockEdge subblock_edge(PlaneView luma, int mb_x, int mb_y, int block,
                           const std::array<std::uint8_t, 4>& above_right) {
  const int x = mb_x + block % 4 * 4, y = mb_y + block / 4 * 4;
  std::uint32_t left = four_of(kLeftOutside);
  if (x > 0) {
    const std::uint8_t* from = luma.at(x - 1, y);
    left = static_cast<std::uint32_t>(from[0]) << 24 | static_cast<std::uint32_t>(from[luma.stride]) << 16 |
           static_cast<std::uint32_t>(from[2 * luma.stride]) << 8 | from[3 * luma.stride];
  }
  const std::uint8_t corner = y == 0 ? kAboveOutside : x == 0 ? kLeftOutside : *luma.at(x - 1, y - 1);
  const std::uint32_t outside = four_of(kAboveOutside);
  const std::uint32_t right = block % 4 == 3 ? load_four(above_right.data())
                              : y > 0        ? load_four(luma.at(x + 4, y - 1))
                                             : outside;
  return joined(left, corner, y > 0 ? load_four(luma.at(x, y - 1)) : outside, right);
}

void predict_subblock(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  reconstruction_kernels().intra_4x4(edge, mode, to, stride);
}

}  // namespace skirret::codec
