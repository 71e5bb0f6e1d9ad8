#include "codec/encoder/frame_writer.hh"

#include <array>
#include <span>
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

// The same from symbols that are at hand.
[[gnu::flatten]] void replay(BoolEncoder& encoder, const FrameHeader& header, const CodedFrame& frame,
                             const ModeSymbols& modes) {
  BoolEncoder::Run to(encoder);
  std::size_t next = 0;
  const auto go_to = [&](std::size_t end) {
    for (; next != end; ++next)
      to.write(modes.symbols[next] >= ModeSymbols::kOne, static_cast<std::uint8_t>(modes.symbols[next]));
  };
  for (std::size_t at = 0; at < frame.modes.size(); ++at) {
    go_to(modes.macroblocks[at].skip);
    if (header.skip_probability) to.write(frame.modes[at].skip_coefficients, *header.skip_probability);
    go_to(modes.macroblocks[at].end);
  }
}

ByteVector replay_first_partition(const FrameHeader& header, const CodedFrame& frame,
                                  const ModeSymbols& modes) {
  BoolEncoder to;
  write_frame_header(header, to);
  replay(to, header, frame, modes);
  return std::move(to).finish();
}

class SymbolRecorder {
 public:
  explicit SymbolRecorder(std::vector<std::uint16_t>& to) : to_(to) {}
  void write(bool bit, std::uint8_t probability) {
    to_.push_back(static_cast<std::uint16_t>(bit ? ModeSymbols::kOne + probability : probability));
  }

 private:
  std::vector<std::uint16_t>& to_;
};

[[gnu::flatten]] void write_row(BoolEncoder& encoder, const std::array<Probability, 11>* places,
                                std::span<const RecordedToken> tokens) {
  BoolEncoder::Run to(encoder);
  for (const RecordedToken& one : tokens)
    write_token(to, places[one.place], one.after_zero(), one.token(), one.level);
}

// Rows take turns.
std::vector<ByteVector> write_recorded_tokens(const FrameHeader& header, const Probabilities& probabilities,
                                              const CodedFrame& frame) {
  std::vector<BoolEncoder> partitions(std::size_t{1} << header.log2_partitions);
  const std::array<Probability, 11>* const places = probabilities.coefficients[0][0].data();
  for (std::size_t row = 0; row < frame.row_tokens.size(); ++row) {
    const std::size_t first = frame.row_tokens[row];
    const std::size_t end =
        row + 1 < frame.row_tokens.size() ? frame.row_tokens[row + 1] : frame.tokens.size();
    write_row(partitions[row % partitions.size()], places,
              std::span(frame.tokens).subspan(first, end - first));
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
                       const CodedFrame& frame, const ModeSymbols* modes) {
  const StageScope scope(Stage::kPacking);
  const Probabilities probabilities = updated_probabilities(in_force, header);
  const ByteVector first = modes != nullptr ? replay_first_partition(header, frame, *modes)
                                            : write_first_partition(header, dimensions, probabilities, frame);
  const std::vector<ByteVector> tokens =
      frame.row_tokens.empty() ? write_token_partitions(header, dimensions, probabilities, frame)
                               : write_recorded_tokens(header, probabilities, frame);
  auto assembled = assemble_frame(frame_tag(header), frame_size(header), first, tokens);
  return assembled ? std::move(*assembled) : ByteVector{};
}

ModeSymbols mode_symbols(const FrameHeader& header, Dimensions dimensions, const Probabilities& in_force,
                         const CodedFrame& frame) {
  const StageScope scope(Stage::kPacking);
  const Probabilities probabilities = updated_probabilities(in_force, header);
  const ModeCoding coding{header, probabilities, dimensions};
  ModeSymbols made;
  made.symbols.reserve(frame.modes.size() * 8);
  made.macroblocks.reserve(frame.modes.size());
  SymbolRecorder to(made.symbols);
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row)
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++at) {
      if (header.segmentation.update_map) write_segment(to, header.segmentation, frame.modes[at].segment);
      const auto skip = static_cast<std::uint32_t>(made.symbols.size());
      write_macroblock_modes(to, coding, {col, row},
                             neighbours_of(frame.modes, dimensions.mb_cols(), col, row), frame.modes[at]);
      made.macroblocks.push_back({skip, static_cast<std::uint32_t>(made.symbols.size())});
    }
  return made;
}

}  // namespace skirret::codec
