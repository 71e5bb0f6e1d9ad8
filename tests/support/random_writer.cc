#include "tests/support/random_writer.hh"

#include <utility>

#include "codec/bitstream/bool_encoder.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/frame_layout.hh"
#include "codec/syntax/macroblock_header.hh"
#include "codec/syntax/near_vectors.hh"
#include "codec/syntax/tokens.hh"
#include "tests/support/random_writer_modes.hh"

namespace skirret::test {
namespace {

using namespace codec;

Dimensions dimensions_of(const FrameHeader& header, const State& from) {
  return header.key ? header.key->dimensions : from.dimensions;
}

ByteVector code_modes(const RandomFrame& frame, const Probabilities& probabilities) {
  BoolEncoder first;
  write_frame_header(frame.header, first);
  const ModeCoding coding{frame.header, probabilities, frame.dimensions};
  const int cols = frame.dimensions.mb_cols();
  for (int row = 0; row < frame.dimensions.mb_rows(); ++row)
    for (int col = 0; col < cols; ++col)
      write_macroblock_header(first, coding, {col, row}, neighbours_of(frame.modes, cols, col, row),
                              frame.modes[static_cast<std::size_t>(row * cols + col)]);
  return std::move(first).finish();
}

std::vector<ByteVector> code_tokens(const RandomFrame& frame, const Probabilities& probabilities) {
  std::vector<BoolEncoder> coders(std::size_t{1} << frame.header.log2_partitions);
  const int cols = frame.dimensions.mb_cols();
  std::vector<TokenContext> above(static_cast<std::size_t>(cols));
  for (int row = 0; row < frame.dimensions.mb_rows(); ++row) {
    BoolEncoder& coder = coders[static_cast<std::size_t>(row) % coders.size()];
    TokenContext left;
    for (int col = 0; col < cols; ++col) {
      const auto at = static_cast<std::size_t>(row * cols + col);
      const MacroblockModes& modes = frame.modes[at];
      TokenContext& over = above[static_cast<std::size_t>(col)];
      if (modes.skip_coefficients)
        skip_tokens(modes.has_y2(), over, left);
      else
        write_tokens(coder, probabilities.coefficients, modes.has_y2(), over, left, frame.coefficients[at]);
    }
  }
  std::vector<ByteVector> partitions;
  for (auto& coder : coders) partitions.push_back(std::move(coder).finish());
  return partitions;
}

}  // namespace

ByteVector coded_bytes(const RandomFrame& frame, const State& from) {
  const Probabilities probabilities = updated_probabilities(from.probabilities, frame.header);
  const ByteVector first = code_modes(frame, probabilities);
  const std::vector<ByteVector> partitions = code_tokens(frame, probabilities);
  return assemble_frame(frame_tag(frame.header), frame_size(frame.header), first, partitions).value();
}

RandomFrame random_frame(Random& random, const WriterTemper& temper, const State& from) {
  RandomFrame frame;
  frame.header = random_header(random, temper, from);
  frame.dimensions = dimensions_of(frame.header, from);
  frame.modes = random_modes(random, temper, frame.header, frame.dimensions, from);
  frame.coefficients = random_coefficients(random, temper, frame.modes);
  frame.bytes = coded_bytes(frame, from);
  return frame;
}

ByteVector random_tail_frame(Random& random, const WriterTemper& temper, const State& from) {
  const FrameHeader header = random_header(random, temper, from);
  const int macroblocks = dimensions_of(header, from).mb_count();
  BoolEncoder first;
  write_frame_header(header, first);
  for (int i = 0; i < (macroblocks * 40 + 64) * 8; ++i) first.flag(random.chance(1, 2));
  const int count = 1 << header.log2_partitions;
  const int bytes = macroblocks * random.between(4, 160) / count + 16;
  std::vector<ByteVector> partitions;
  for (int i = 0; i < count; ++i)
    partitions.push_back(random.bytes(static_cast<std::size_t>(random.between(bytes / 2 + 1, bytes * 2))));
  return assemble_frame(frame_tag(header), frame_size(header), std::move(first).finish(), partitions).value();
}

}  // namespace skirret::test
