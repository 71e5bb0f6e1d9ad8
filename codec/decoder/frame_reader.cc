#include "codec/decoder/frame_reader.hh"

#include <string>
#include <utility>

#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

// Every macroblock header of a key frame costs more than 1.5 bits: its luma mode tree starts at odds of
// 145:111 and its chroma tree at 142:114. A key frame that must be complete and cannot be is refused
// before memory for it is taken.
bool may_be_complete(std::size_t coded_bytes, Dimensions dimensions) {
  return coded_bytes * 8 * 2 >= static_cast<std::size_t>(dimensions.mb_count()) * 3;
}

Result<void> check_size(Dimensions dimensions, const Limits& limits) {
  const std::uint64_t pixels =
      static_cast<std::uint64_t>(dimensions.width) * static_cast<std::uint64_t>(dimensions.height);
  if (pixels <= limits.max_pixels) return {};
  return fail(ErrorCode::kLimit, "picture of " + std::to_string(dimensions.width) + "x" +
                                     std::to_string(dimensions.height) + " is larger than allowed");
}

}  // namespace

Result<FrameReader> FrameReader::open(const State& from, Bytes frame, const Limits& limits) {
  const auto start = parse_frame_start(frame);
  if (!start) return tl::unexpected(start.error());
  if (!start->tag.key_frame && !from.has_pictures())
    return fail(ErrorCode::kMalformed, "interframe where a stream must start with a key frame");

  FrameReader reader;
  reader.from_ = &from;
  reader.kernels_ = &reconstruction_kernels();
  reader.dimensions_ = start->size ? start->size->dimensions : from.dimensions;
  if (const auto size = check_size(reader.dimensions_, limits); !size) return tl::unexpected(size.error());
  reader.must_be_complete_ = !from.has_pictures();
  if (reader.must_be_complete_ && !may_be_complete(start->coded.size(), reader.dimensions_))
    return fail(ErrorCode::kTruncated, "key frame too short for its size");

  reader.first_partition_bytes_ = start->tag.first_partition_bytes;
  reader.first_ = BoolDecoder(start->coded);
  reader.header_ = parse_frame_header(*start, reader.first_);
  auto partitions = split_token_partitions(start->coded.subspan(start->tag.first_partition_bytes),
                                           1 << reader.header_.log2_partitions);
  if (!partitions) return tl::unexpected(std::move(partitions.error()));
  reader.partitions_ = *partitions;
  for (std::size_t i = 0; i < static_cast<std::size_t>(partitions->count); ++i)
    reader.tokens_[i] = BoolDecoder(partitions->parts[i]);
  reader.probabilities_ = updated_probabilities(from.probabilities, reader.header_);
  reader.above_.resize(static_cast<std::size_t>(reader.dimensions_.mb_cols()));
  return reader;
}

std::vector<std::uint32_t> FrameReader::partition_bytes() const {
  std::vector<std::uint32_t> sizes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(partitions_.count); ++i)
    sizes.push_back(static_cast<std::uint32_t>(partitions_.parts[i].size()));
  return sizes;
}

void FrameReader::read_modes(int row, std::span<const MacroblockModes> above, UnusedFields unused,
                             std::span<MacroblockModes> into) {
  const ModeCoding coding{header_, probabilities_, dimensions_};
  const std::uint8_t* segments = nullptr;
  const SegmentMap kept = kept_segment_map(*from_, header_);
  if (kept) segments = kept->data() + static_cast<std::size_t>(row) * into.size();
  read_macroblock_headers(first_, coding, row, above, segments, unused, into);
}

void FrameReader::start_row(int row) {
  left_ = {};
  current_ = static_cast<std::size_t>(row) % static_cast<std::size_t>(partitions_.count);
}

FrameReader::Tokens FrameReader::read_coefficients(int col, const MacroblockModes& modes,
                                                   MacroblockCoefficients& into) {
  TokenContext& above = above_[static_cast<std::size_t>(col)];
  BoolDecoder& tokens = tokens_[current_];
  Tokens outcome = Tokens::kSkipped;
  if (modes.skip_coefficients) {
    skip_tokens(modes.has_y2(), above, left_);
  } else if (tokens.past_end()) {
    outcome = Tokens::kLost;
  } else {
    const bool some =
        kernels_->read_tokens(tokens, probabilities_.coefficients, modes.has_y2(), above, left_, into);
    outcome = some ? Tokens::kSome : Tokens::kNone;
  }
  tokens_past_end_ |= tokens.past_end();
  return outcome;
}

}  // namespace skirret::codec
