#include "codec/encoder/frame_writer.hh"

#include <utility>

#include "codec/bitstream/bool_encoder.hh"
#include "codec/kernels/stage_meter.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/macroblock_header.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {
namespace {

ByteVector write_first_partition(const FrameHeader& header, Dimensions dimensions,
                                 const Probabilities& probabilities, const CodedFrame& frame) {
  BoolEncoder to;
  write_frame_header(header, to);
  const ModeCoding coding{header, probabilities, dimensions};
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row)
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++at)
      write_macroblock_header(to, coding, {col, row},
                              neighbours_of(frame.modes, dimensions.mb_cols(), col, row), frame.modes[at]);
  return std::move(to).finish();
}

// Rows take turns.
std::vector<ByteVector> write_recorded_tokens(const FrameHeader& header, const Probabilities& probabilities,
                                              const CodedFrame& frame) {
  std::vector<BoolEncoder> partitions(std::size_t{1} << header.log2_partitions);
  const std::array<Probability, 11>* const places = probabilities.coefficients[0][0].data();
  for (std::size_t row = 0; row < frame.row_tokens.size(); ++row) {
    BoolEncoder& to = partitions[row % partitions.size()];
    const std::size_t end =
        row + 1 < frame.row_tokens.size() ? frame.row_tokens[row + 1] : frame.tokens.size();
    for (std::size_t i = frame.row_tokens[row]; i < end; ++i) {
      const RecordedToken& one = frame.tokens[i];
      write_token(to, places[one.place], one.after_zero, one.token, one.level);
    }
  }
  std::vector<ByteVector> bytes;
  for (BoolEncoder& partition : partitions) bytes.push_back(std::move(partition).finish());
  return bytes;
}

std::vector<ByteVector> write_token_partitions(const FrameHeader& header, Dimensions dimensions,
                                               const Probabilities& probabilities, const CodedFrame& frame) {
  std::vector<BoolEncoder> partitions(std::size_t{1} << header.log2_partitions);
  std::vector<TokenContext> above(static_cast<std::size_t>(dimensions.mb_cols()));
  static const MacroblockCoefficients kNothing{};
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row) {
    BoolEncoder& to = partitions[static_cast<std::size_t>(row) % partitions.size()];
    TokenContext left;
    for (TokenContext& over : above) {
      const MacroblockModes& modes = frame.modes[at];
      const MacroblockCoefficients* levels = frame.levels_of(at);
      if (modes.skip_coefficients)
        skip_tokens(modes.has_y2(), over, left);
      else
        write_tokens(to, probabilities.coefficients, modes.has_y2(), over, left, levels ? *levels : kNothing);
      ++at;
    }
  }
  std::vector<ByteVector> bytes;
  for (BoolEncoder& partition : partitions) bytes.push_back(std::move(partition).finish());
  return bytes;
}

}  // namespace

ByteVector write_frame(const FrameHeader& header, Dimensions dimensions, const Probabilities& in_force,
                       const CodedFrame& frame) {
  const StageScope scope(Stage::kPacking);
  const Probabilities probabilities = updated_probabilities(in_force, header);
  const ByteVector first = write_first_partition(header, dimensions, probabilities, frame);
  const std::vector<ByteVector> tokens =
      frame.row_tokens.empty() ? write_token_partitions(header, dimensions, probabilities, frame)
                               : write_recorded_tokens(header, probabilities, frame);
  auto assembled = assemble_frame(frame_tag(header), frame_size(header), first, tokens);
  return assembled ? std::move(*assembled) : ByteVector{};
}

}  // namespace skirret::codec
