#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codec/kernels/inter_prediction.hh"
#include "codec/kernels/loop_filter.hh"
#include "codec/picture/picture.hh"
#include "codec/state/effective.hh"
#include "codec/state/state.hh"
#include "codec/syntax/coefficients.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/quantizer.hh"

namespace skirret::codec {

// Makes one frame's picture: macroblocks in raster order, finish_row after each row, then finish. The loop
// filter follows one row behind, so that intra prediction finds its neighbours unfiltered.
class Reconstruction {
 public:
  // Borrows all three.
  Reconstruction(const State& from, const FrameHeader& header, Dimensions dimensions);

  // `coefficients` null: none. `filter_inner`: as MacroblockFilter.
  void macroblock(int col, int row, const MacroblockModes& modes, const MacroblockCoefficients* coefficients,
                  bool filter_inner);
  void finish_row(int row);
  Picture finish();

  // What has been made so far, before the loop filter: an encoder predicts from it and tries modes in it.
  MutablePlaneView plane(PlaneName name) { return picture_.plane(name); }

 private:
  void predict_intra_macroblock(int col, int row, const MacroblockModes& modes,
                                const MacroblockCoefficients* coefficients);
  void add_luma_residue(int col, int row, const MacroblockModes& modes,
                        const MacroblockCoefficients& coefficients);
  void add_chroma_residue(int col, int row, const MacroblockModes& modes,
                          const MacroblockCoefficients& coefficients);
  void filter(int row);

  const State& from_;
  const FrameHeader& header_;
  InterProfile profile_;
  FilterLevels levels_;
  std::array<DequantFactors, 4> factors_;  // by segment
  MutablePicture picture_;
  std::vector<MacroblockFilter> current_filters_, previous_filters_;  // of this row and the one above
};

}  // namespace skirret::codec
