#include "codec/decoder/decoder.hh"

#include <memory>
#include <utility>

#include "codec/base/check.hh"
#include "codec/decoder/frame_reader.hh"
#include "codec/decoder/reconstruction.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {
namespace {

using Tokens = FrameReader::Tokens;

// Back to all zero, touching only what was coded.
void clear(MacroblockCoefficients& coefficients) {
  for (std::size_t i = 0; i < kBlocksPerMacroblock; ++i) {
    if (coefficients.ends[i] == 0) continue;
    coefficients.levels[i].fill(0);
    coefficients.ends[i] = 0;
  }
}

// A macroblock without Y2 always has its inner edges filtered; another one unless its tokens said nothing.
bool filters_inner(const MacroblockModes& modes, Tokens tokens) {
  return !modes.has_y2() || tokens == Tokens::kSome || tokens == Tokens::kLost;
}

SegmentMap map_after(const State& from, const FrameHeader& header, std::span<const MacroblockModes> modes) {
  if (!header.segmentation.update_map) return kept_segment_map(from, header);
  auto map = std::make_shared<std::vector<std::uint8_t>>();
  map->reserve(modes.size());
  for (const auto& macroblock : modes) map->push_back(macroblock.segment);
  return map;
}

tl::unexpected<Error> incomplete() {
  return fail(ErrorCode::kTruncated, "a stream must start with a complete key frame");
}

}  // namespace

Result<ParsedFrame> parse(const State& from, Bytes bytes, const Limits& limits) {
  auto reader = FrameReader::open(from, bytes, limits);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  ParsedFrame frame;
  frame.header = reader->header();
  frame.dimensions = reader->dimensions();
  frame.first_partition_bytes = reader->first_partition_bytes();
  frame.partition_bytes = reader->partition_bytes();
  frame.modes = reader->read_modes();
  if (reader->must_be_complete() && reader->truncated()) return incomplete();
  frame.coefficients.resize(frame.modes.size());
  std::size_t at = 0;
  for (int row = 0; row < frame.dimensions.mb_rows(); ++row) {
    reader->start_row(row);
    for (int col = 0; col < frame.dimensions.mb_cols(); ++col, ++at)
      if (reader->read_coefficients(col, frame.modes[at], frame.coefficients[at]) == Tokens::kLost)
        frame.lost.push_back(static_cast<std::uint32_t>(at));
  }
  frame.truncated = reader->truncated();
  if (reader->must_be_complete() && frame.truncated) return incomplete();
  return frame;
}

Result<Decoded> decode(const State& from, Bytes bytes, const Limits& limits) {
  auto reader = FrameReader::open(from, bytes, limits);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  const FrameHeader& header = reader->header();
  const Dimensions dimensions = reader->dimensions();
  const auto modes = reader->read_modes();
  if (reader->must_be_complete() && reader->truncated()) return incomplete();

  Reconstruction reconstruction(from, header, dimensions);
  MacroblockCoefficients coefficients;
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row) {
    reader->start_row(row);
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++at) {
      const Tokens tokens = reader->read_coefficients(col, modes[at], coefficients);
      const bool some = tokens == Tokens::kSome;
      reconstruction.macroblock(col, row, modes[at], some ? &coefficients : nullptr,
                                filters_inner(modes[at], tokens));
      if (some) clear(coefficients);
    }
    reconstruction.finish_row(row);
  }
  if (reader->must_be_complete() && reader->truncated()) return incomplete();

  Decoded decoded;
  decoded.shown = reconstruction.finish();
  decoded.next =
      advance(from, header, reader->probabilities(), map_after(from, header, modes), decoded.shown);
  decoded.show = header.show;
  decoded.truncated = reader->truncated();
  return decoded;
}

Decoded reconstruct(const State& from, const FrameHeader& header, std::span<const MacroblockModes> modes,
                    std::span<const MacroblockCoefficients> coefficients,
                    std::span<const std::uint32_t> lost) {
  const Dimensions dimensions = header.key ? header.key->dimensions : from.dimensions;
  SKIRRET_CHECK(modes.size() == static_cast<std::size_t>(dimensions.mb_count()));
  SKIRRET_CHECK(coefficients.size() == modes.size());
  Reconstruction reconstruction(from, header, dimensions);
  std::size_t at = 0;
  for (int row = 0; row < dimensions.mb_rows(); ++row) {
    for (int col = 0; col < dimensions.mb_cols(); ++col, ++at) {
      Tokens tokens = Tokens::kSkipped;
      if (!lost.empty() && lost.front() == at) {
        tokens = Tokens::kLost;
        lost = lost.subspan(1);
      } else if (!modes[at].skip_coefficients) {
        tokens = any_tokens(coefficients[at], modes[at].has_y2()) ? Tokens::kSome : Tokens::kNone;
      }
      reconstruction.macroblock(col, row, modes[at], tokens == Tokens::kSome ? &coefficients[at] : nullptr,
                                filters_inner(modes[at], tokens));
    }
    reconstruction.finish_row(row);
  }
  Decoded decoded;
  decoded.shown = reconstruction.finish();
  decoded.next = advance(from, header, updated_probabilities(from.probabilities, header),
                         map_after(from, header, modes), decoded.shown);
  decoded.show = header.show;
  decoded.truncated = !lost.empty();
  return decoded;
}

Decoded reconstruct(const State& from, const ParsedFrame& frame) {
  Decoded decoded = reconstruct(from, frame.header, frame.modes, frame.coefficients, frame.lost);
  decoded.truncated = frame.truncated;
  return decoded;
}

}  // namespace skirret::codec
