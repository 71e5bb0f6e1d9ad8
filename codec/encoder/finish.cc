#include "codec/decoder/reconstruction.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/row_progress.hh"
#include "codec/kernels/stage_meter.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {

namespace {

// Makes rows in a wavefront. Whoever has made a row filters the one above it, in order: nobody predicts from
// that one any more.
void make_rows(const CodedFrame& frame, Dimensions dimensions, Reconstruction& reconstruction,
               RowProgress& made, RowProgress& filtered) {
  const StageScope scope(Stage::kReconstruction);
  const int rows = dimensions.mb_rows(), cols = dimensions.mb_cols();
  const auto filter = [&](int row) {
    filtered.wait_for(row - 1);
    reconstruction.filter(row);
    filtered.done(row, cols - 1);
  };
  for (int row = made.take(); row >= 0; row = made.take()) {
    auto at = static_cast<std::size_t>(row * cols);
    for (int col = 0; col < cols; ++col, ++at) {
      made.wait_above(row, col);
      const MacroblockModes& modes = frame.modes[at];
      const MacroblockCoefficients* levels = frame.levels_of(at);
      reconstruction.macroblock(col, row, modes, levels, levels != nullptr || !modes.has_y2());
      made.done(row, col);
    }
    if (row > 0) filter(row - 1);
    if (row == rows - 1) filter(row);
  }
}

}  // namespace

State finish(const State& from, const Candidate& candidate, const PicturePool* pool, Executor* executor) {
  const FrameHeader& header = candidate.header;
  const CodedFrame& frame = candidate.made->frame;
  const Dimensions dimensions = header.key ? header.key->dimensions : from.dimensions;
  Reconstruction reconstruction(from, header, dimensions, pool);
  RowProgress made(dimensions.mb_rows(), dimensions.mb_cols());
  RowProgress filtered(dimensions.mb_rows(), dimensions.mb_cols());
  run_workers(executor, dimensions.mb_rows(),
              [&] { make_rows(frame, dimensions, reconstruction, made, filtered); });
  return advance(from, header, updated_probabilities(from.probabilities, header),
                 segment_map_after(from, header, frame.modes), reconstruction.take());
}

}  // namespace skirret::codec
