#include "tools/bench/codec/repacked_frame.hh"

#include <vector>

#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/mode_counts.hh"
#include "codec/encoder/probability_updates.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::bench {
namespace {

using codec::LumaMode;
using codec::MacroblockModes;

// What the frame's new vectors are coded against.
codec::MotionVector best_vector(const codec::ParsedFrame& frame, int col, int row,
                                const MacroblockModes& modes) {
  if (modes.luma != LumaMode::kNew && modes.luma != LumaMode::kSplit) return {};
  const auto around = codec::neighbours_of(frame.modes, frame.dimensions.mb_cols(), col, row);
  return codec::find_near_vectors(around, modes.reference, codec::sign_biases(frame.header.references),
                                  codec::vector_bounds(frame.dimensions, col, row))
      .best;
}

codec::FrameHeader without_probabilities(const codec::FrameHeader& header) {
  codec::FrameHeader bare = header;
  bare.coefficient_updates = {};
  bare.skip_probability.reset();
  bare.inter = {};
  return bare;
}

}  // namespace

ByteVector repacked(const codec::State& from, const codec::ParsedFrame& frame) {
  const codec::Probabilities& in_force =
      frame.header.key_frame ? codec::Probabilities::defaults() : from.probabilities;
  const int cols = frame.dimensions.mb_cols();
  codec::CodedFrame coded;
  coded.modes = frame.modes;
  coded.level_index.assign(frame.modes.size(), codec::CodedFrame::kNone);
  codec::FrameCounts counts;
  std::vector<codec::TokenContext> above(static_cast<std::size_t>(cols));
  codec::TokenContext left;
  for (std::size_t i = 0; i < coded.modes.size(); ++i) {
    const int col = static_cast<int>(i) % cols, row = static_cast<int>(i) / cols;
    if (col == 0) left = {};
    MacroblockModes& modes = coded.modes[i];
    codec::TokenContext& over = above[static_cast<std::size_t>(col)];
    modes.skip_coefficients =
        modes.skip_coefficients || !codec::any_tokens(frame.coefficients[i], modes.has_y2());
    if (modes.skip_coefficients) {
      codec::skip_tokens(modes.has_y2(), over, left);
    } else {
      codec::count_tokens(frame.coefficients[i], modes.has_y2(), over, left, counts.tokens);
      coded.level_index[i] = static_cast<std::uint32_t>(coded.levels.size());
      coded.levels.push_back(frame.coefficients[i]);
    }
    codec::count_modes(modes, frame.header.key_frame, best_vector(frame, col, row, modes), counts);
  }
  codec::FrameHeader header = without_probabilities(frame.header);
  codec::fit_probabilities(counts, in_force, header);
  return codec::write_frame(header, frame.dimensions, in_force, coded);
}

}  // namespace skirret::bench
