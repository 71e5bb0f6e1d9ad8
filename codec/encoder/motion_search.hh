#pragma once

#include <cstdint>
#include <span>

#include "codec/encoder/padded_reference.hh"
#include "codec/encoder/vector_costs.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "codec/syntax/motion_vector.hh"

namespace skirret::codec {

// No component of a vector that we choose is longer (quarter-pels): then every difference of two of them
// can be coded, whatever the neighbours turn out to be.
inline constexpr int kLongestVector = tables::kVectorMax / 2;

// How far a search goes; derived from the effort.
struct SearchDepth {
  int hexagon_steps = 12;  // moves of the coarse pattern
  int subpel_levels = 2;   // 0 whole, 1 half, 2 quarter pel
  bool diagonals = true;   // also try the best diagonal at each sub-pel level
  // Scores, in satd_lambdas, from which on the coarse pattern and sub-pel vectors are tried at all.
  std::uint32_t walk_from = 0, refine_from = 0;
  bool by_sad = false;  // compare by SAD alone: cheaper, a little worse
};

struct FoundVector {
  MotionVector vector;
  std::uint32_t difference = 0;  // SATD, or SAD where vectors are compared by it
};

// A square block of the source (16, 8 or 4 wide) and where its prediction may come from.
struct SearchBlock {
  const EncoderKernels* kernels;
  const PaddedReference* reference;
  const VectorCosts* vector_costs;
  std::uint32_t satd_lambda;
  const std::uint8_t* source;
  std::ptrdiff_t source_stride;
  int x, y, size;
  MotionVector predicted;  // what the vector would be coded against
  bool bilinear = false;   // profiles 1 and 2

  // Writes the luma prediction (size x size).
  void predict(MotionVector vector, std::uint8_t* out, std::ptrdiff_t out_stride) const;
  // SATD of the exact prediction. The vector must be covered by the reference's margin.
  std::uint32_t satd(MotionVector vector) const;
  std::uint32_t sad(MotionVector vector) const;
  bool reachable(MotionVector vector) const;

 private:
  std::uint32_t difference(MotionVector vector, EncoderKernels::Difference measure) const;
};

// Best vector near the given starts, by SATD plus the cost of the vector. Deterministic.
FoundVector search_vector(const SearchBlock& block, std::span<const MotionVector> starts,
                          const SearchDepth& depth);

}  // namespace skirret::codec
