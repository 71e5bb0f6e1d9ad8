#include "codec/decoder/reconstruction.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/kernels/stage_meter.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {

State finish(const State& from, const Candidate& candidate, const PicturePool* pool) {
  const StageScope scope(Stage::kReconstruction);
  const FrameHeader& header = candidate.header;
  const CodedFrame& frame = candidate.made->frame;
  const Dimensions dimensions = header.key ? header.key->dimensions : from.dimensions;
  Reconstruction reconstruction(from, header, dimensions, pool);
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row) {
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++at) {
      const MacroblockModes& modes = frame.modes[at];
      const MacroblockCoefficients* levels = frame.levels_of(at);
      reconstruction.macroblock(col, row, modes, levels, levels != nullptr || !modes.has_y2());
    }
    reconstruction.finish_row(row);
  }
  return advance(from, header, updated_probabilities(from.probabilities, header),
                 segment_map_after(from, header, frame.modes), reconstruction.finish());
}

}  // namespace skirret::codec
