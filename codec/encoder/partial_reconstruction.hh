#pragma once

#include <vector>

#include "codec/decoder/reconstruction.hh"
#include "codec/encoder/coded_frame.hh"

namespace skirret::codec {

// The frame being coded, before the loop filter, made by the decoder's own code macroblock by macroblock
// and only where intra predictions read it.
class PartialReconstruction {
 public:
  // Borrows all; the header's quantizer and profile must be final.
  PartialReconstruction(const State& from, const FrameHeader& header, Dimensions dimensions,
                        const CodedFrame& frame);

  // Makes sure that everything stands that an intra prediction of this macroblock reads.
  void prepare_neighbours(int col, int row);
  // For a macroblock whose modes and levels are final.
  void make(int col, int row);
  // Everything, once all macroblocks are final.
  void make_rest();

  // Only the prediction, where nothing needs the whole yet. An intra one needs its neighbours prepared.
  void predict(int col, int row, const MacroblockModes& modes) {
    made_.macroblock(col, row, modes, nullptr, true);
  }

  MutablePlaneView plane(PlaneName name) { return made_.plane(name); }

 private:
  void require(int col, int row);

  Dimensions dimensions_;
  const CodedFrame& frame_;
  Reconstruction made_;
  std::vector<std::uint8_t> done_;  // by macroblock
};

}  // namespace skirret::codec
