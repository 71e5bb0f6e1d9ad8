#include "codec/encoder/mode_counts.hh"

#include "codec/bitstream/tables/mode_tables.hh"

namespace skirret::codec {
namespace {

void add(BranchCount& branch, bool bit) {
  ++(bit ? branch.ones : branch.zeros);
}

// Differences wrap as they are written.
void count_vector(MotionVector vector, MotionVector best, VectorCounts& counts) {
  counts.difference(vector - best, MotionVector{});
}

}  // namespace

void count_modes(const MacroblockModes& modes, bool key_frame, MotionVector best, FrameCounts& counts) {
  add(counts.skip, modes.skip_coefficients);
  if (key_frame) return;
  add(counts.inter, modes.is_inter());
  if (!modes.is_inter()) {
    ++counts.luma_modes[static_cast<std::size_t>(modes.luma)];
    ++counts.chroma_modes[static_cast<std::size_t>(modes.chroma)];
    return;
  }
  const bool other = modes.reference != ReferenceFrame::kLast;
  add(counts.other, other);
  if (other) add(counts.altref, modes.reference == ReferenceFrame::kAltref);
  if (modes.luma == LumaMode::kNew) count_vector(modes.vector, best, counts.vectors);
  if (modes.luma != LumaMode::kSplit) return;
  const auto kind = static_cast<std::size_t>(modes.split);
  for (std::size_t part = 0; part < tables::kSplitParts[kind]; ++part)
    if (modes.split_modes[part] == SplitVectorMode::kNew)
      count_vector(modes.vectors[static_cast<std::size_t>(tables::kSplitFirst[kind][part])], best,
                   counts.vectors);
}

void count_tokens(const MacroblockCoefficients& levels, bool has_y2, TokenContext& above, TokenContext& left,
                  TokenCounts& counts) {
  visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
    const auto block = static_cast<std::size_t>(at);
    const int end = levels.ends[block];
    counts.block(type, levels.levels[block].data(), type == BlockType::kLumaAfterY2 ? 1 : 0, end, a + l);
    a = l = end > 0;
  });
}

void record_tokens(const MacroblockCoefficients& levels, bool has_y2, TokenContext& above, TokenContext& left,
                   TokenCounts& counts, std::vector<RecordedToken>& record) {
  visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
    const auto block = static_cast<std::size_t>(at);
    const int end = levels.ends[block], first_place = static_cast<int>(type) * 24;
    counts.block(type, levels.levels[block].data(), type == BlockType::kLumaAfterY2 ? 1 : 0, end, a + l,
                 [&](int band, int context, bool after_zero, std::uint8_t token, std::int16_t level) {
                   const int after = after_zero ? RecordedToken::kAfterZero : 0;
                   record.push_back({static_cast<std::uint8_t>(first_place + 3 * band + context),
                                     static_cast<std::uint8_t>(after + token), level});
                 });
    a = l = end > 0;
  });
}

}  // namespace skirret::codec
