#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codec/kernels/inter_prediction.hh"
#include "codec/kernels/loop_filter.hh"
#include "codec/kernels/reconstruction_kernels.hh"
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
  // Borrows all. `pool` null: the picture has memory of its own.
  Reconstruction(const State& from, const FrameHeader& header, Dimensions dimensions,
                 const PicturePool* pool = nullptr);

  // `coefficients` null: none. `filter_inner`: as MacroblockFilter.
  void macroblock(int col, int row, const MacroblockModes& modes, const MacroblockCoefficients* coefficients,
                  bool filter_inner);
  void finish_row(int row);
  Picture finish();

  // For those who order the work themselves, on several threads: filter(row) wants the rows up to row + 1
  // made and those up to row - 1 filtered; `take` wants everything done.
  void filter(int row);
  Picture take();

  // What has been made so far, before the loop filter: an encoder predicts from it and tries modes in it.
  MutablePlaneView plane(PlaneName name) { return picture_.plane(name); }

 private:
  void predict_intra_macroblock(int col, int row, const MacroblockModes& modes,
                                const MacroblockCoefficients* coefficients);
  void add_luma_residue(int col, int row, const MacroblockModes& modes,
                        const MacroblockCoefficients& coefficients);
  void add_chroma_residue(int col, int row, const MacroblockModes& modes,
                          const MacroblockCoefficients& coefficients);

  const FrameHeader& header_;
  const ReconstructionKernels& kernels_;
  InterProfile profile_;
  FilterLevels levels_;
  std::array<DequantFactors, 4> factors_;        // by segment
  std::array<ReferencePlanes, 4> references_{};  // by ReferenceFrame; none for a key frame
  MutablePicture picture_;
  TargetPlanes target_;
  std::vector<MacroblockFilter> filters_;  // raster order
};

}  // namespace skirret::codec
