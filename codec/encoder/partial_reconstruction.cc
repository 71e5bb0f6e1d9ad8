#include "codec/encoder/partial_reconstruction.hh"

#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {

PartialReconstruction::PartialReconstruction(const State& from, const FrameHeader& header,
                                             Dimensions dimensions, const CodedFrame& frame)
    : dimensions_(dimensions),
      frame_(frame),
      made_(from, header, dimensions),
      done_(static_cast<std::size_t>(dimensions.mb_count())) {}

void PartialReconstruction::require(int col, int row) {
  if (col < 0 || row < 0 || col >= dimensions_.mb_cols()) return;
  if (!done_[static_cast<std::size_t>(row * dimensions_.mb_cols() + col)]) make(col, row);
}

void PartialReconstruction::prepare_neighbours(int col, int row) {
  require(col - 1, row - 1);
  require(col, row - 1);
  require(col + 1, row - 1);
  require(col - 1, row);
}

void PartialReconstruction::make_rest() {
  for (int row = 0; row < dimensions_.mb_rows(); ++row)
    for (int col = 0; col < dimensions_.mb_cols(); ++col) require(col, row);
}

void PartialReconstruction::make(int col, int row) {
  const StageScope scope(Stage::kReconstruction);
  const auto at = static_cast<std::size_t>(row * dimensions_.mb_cols() + col);
  const MacroblockModes& modes = frame_.modes[at];
  if (!modes.is_inter()) prepare_neighbours(col, row);
  made_.macroblock(col, row, modes, frame_.levels_of(at), true);
  done_[at] = 1;
}

}  // namespace skirret::codec
