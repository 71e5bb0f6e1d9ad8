#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/padded_reference.hh"
#include "codec/encoder/regions.hh"
#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {

// Forward transform of one macroblock's residual, blocks in the order of MacroblockCoefficients. With Y2,
// the luma blocks' DCs are 0 and live in block 24.
struct alignas(32) MacroblockTransform {
  std::int16_t blocks[25][16];
  Magnitude sizes[25];         // of each
  Magnitude luma, chroma, y2;  // of blocks 0..15, 16..23 and 24 together
};

// One way to predict a macroblock from a reference. Which of zero, nearest, near and new codes its
// vector is known only when the neighbours are.
struct InterOption {
  ReferenceFrame reference = ReferenceFrame::kLast;
  bool is_split = false;
  SplitKind split = SplitKind::kQuarters;
  MotionVector vector;              // of a whole macroblock; of the last subblock when split
  std::uint32_t split_vectors = 0;  // index into its row of Analysis::Data::split_vectors
  std::uint32_t transform = 0;      // index into Analysis::Data::transforms
  std::uint32_t satd = 0;
};

inline constexpr std::size_t kMaxInterOptions = 4;

struct MacroblockOptions {
  std::array<InterOption, kMaxInterOptions> inter;
  std::uint8_t inter_count = 0;
  bool try_intra = true;      // an intra mode may win
  bool try_subblocks = true;  // and so may 4x4 modes
};

struct Analysis::Data {
  FramePlan plan;
  Effort effort;
  Dimensions dimensions;
  RegionMap regions;
  std::array<std::unique_ptr<const PaddedReference>, 4> references;  // by ReferenceFrame; null: not used
  std::vector<MacroblockOptions> macroblocks;                        // raster; empty for key frames
  std::unique_ptr<MacroblockTransform[]> transforms;
  std::vector<std::vector<std::array<MotionVector, 16>>> split_vectors;  // by row of macroblocks

  std::array<MotionVector, 16> vectors_of(const InterOption& option, int row) const {
    if (option.is_split) return split_vectors[static_cast<std::size_t>(row)][option.split_vectors];
    std::array<MotionVector, 16> all;
    all.fill(option.vector);
    return all;
  }
};

}  // namespace skirret::codec
