#include "codec/decoder/decoder.hh"

#include <memory>
#include <utility>

#include "codec/base/check.hh"
#include "codec/decoder/frame_reader.hh"
#include "codec/decoder/frame_work.hh"
#include "codec/decoder/reconstruction.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/tokens.hh"

namespace skirret::codec {
namespace {

using Tokens = FrameReader::Tokens;

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
  const auto cols = static_cast<std::size_t>(frame.dimensions.mb_cols());
  frame.modes.resize(static_cast<std::size_t>(frame.dimensions.mb_count()));
  frame.coefficients.resize(frame.modes.size());
  const std::span<MacroblockModes> modes = frame.modes;
  for (std::size_t at = 0; at < modes.size(); at += cols) {
    const int row = static_cast<int>(at / cols);
    reader->read_modes(row, at == 0 ? modes : modes.subspan(at - cols, cols), UnusedFields::kNormal,
                       modes.subspan(at, cols));
    reader->start_row(row);
    for (std::size_t col = 0; col < cols; ++col)
      if (reader->read_coefficients(static_cast<int>(col), modes[at + col], frame.coefficients[at + col]) ==
          Tokens::kLost)
        frame.lost.push_back(static_cast<std::uint32_t>(at + col));
  }
  frame.truncated = reader->truncated();
  if (reader->must_be_complete() && frame.truncated) return incomplete();
  return frame;
}

Result<Decoded> decode(const State& from, Bytes bytes, const Limits& limits, const DecodeMeans& means) {
  auto reader = FrameReader::open(from, bytes, limits);
  if (!reader) return tl::unexpected(std::move(reader.error()));
  const FrameHeader& header = reader->header();
  Reconstruction reconstruction(from, header, reader->dimensions(), means.pool);
  FrameWork work(*reader, reconstruction);
  if (!work.run(means.executor)) return incomplete();

  SegmentMap map = header.segmentation.update_map
                       ? std::make_shared<const std::vector<std::uint8_t>>(std::move(work.segments()))
                       : kept_segment_map(from, header);
  Decoded decoded;
  decoded.shown = reconstruction.take();
  decoded.next = advance(from, header, reader->probabilities(), std::move(map), decoded.shown);
  decoded.show = header.show;
  decoded.truncated = reader->truncated();
  return decoded;
}

Decoded reconstruct(const State& from, const FrameHeader& header, std::span<const MacroblockModes> modes,
                    std::span<const MacroblockCoefficients> coefficients, std::span<const std::uint32_t> lost,
                    const DecodeMeans& means) {
  const Dimensions dimensions = header.key ? header.key->dimensions : from.dimensions;
  SKIRRET_CHECK(modes.size() == static_cast<std::size_t>(dimensions.mb_count()));
  SKIRRET_CHECK(coefficients.size() == modes.size());
  Reconstruction reconstruction(from, header, dimensions, means.pool);
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
                         segment_map_after(from, header, modes), decoded.shown);
  decoded.show = header.show;
  decoded.truncated = !lost.empty();
  return decoded;
}

Decoded reconstruct(const State& from, const ParsedFrame& frame, const DecodeMeans& means) {
  Decoded decoded = reconstruct(from, frame.header, frame.modes, frame.coefficients, frame.lost, means);
  decoded.truncated = frame.truncated;
  return decoded;
}

}  // namespace skirret::codec
