#pragma once

#include <array>
#include <span>

#include "codec/base/check.hh"
#include "codec/bitstream/bool_decoder.hh"
#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"
#include "codec/bitstream/tree.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"
#include "codec/syntax/near_vectors.hh"
#include "codec/syntax/probabilities.hh"

// Macroblock headers, parse and serialise (RFC 6386 sections 10, 11, 16, 17 and 19.3):
//
//   segment id    when the frame updates its map
//   skip flag     when the frame has skip flags
//   is_inter      interframes
//   intra: luma mode, 16 4x4 modes when kSubblocks, chroma mode
//   inter: reference, mode, vector or split with its vectors
namespace skirret::codec {

// What all macroblock headers of a frame share. Borrows; lives shorter than what it names.
struct ModeCoding {
  const FrameHeader& header;
  const Probabilities& probabilities;  // in force for this frame (updated_probabilities)
  Dimensions dimensions;
};

struct MacroblockPosition {
  int col = 0;
  int row = 0;
};

// `kept_segment` is the macroblock's id in the state's map: what holds without an update (0 on key frames).
MacroblockModes read_macroblock_header(BoolDecoder& from, const ModeCoding& coding, MacroblockPosition at,
                                       const Neighbours& around, std::uint8_t kept_segment);

// What reading a row leaves in fields that a macroblock's kind does not use: their normal form, or anything,
// which is faster and does for reconstruction and for the rows below.
enum class UnusedFields { kNormal, kAny };

// A whole row of them. `above`: the row above (not looked at for row 0); `kept_segments`: the row's ids in
// the state's map, or null.
void read_macroblock_headers(BoolDecoder& from, const ModeCoding& coding, int row,
                             std::span<const MacroblockModes> above, const std::uint8_t* kept_segments,
                             UnusedFields unused, std::span<MacroblockModes> into);

// Fields that a macroblock's kind leaves unused, set to what reading gives: implied subblock modes, zero
// or repeated vectors, unused split modes. Writing normal modes and reading them gives them again.
MacroblockModes normal_form(const MacroblockModes& modes, bool key_frame);

namespace detail {

template <BitSink Sink>
void write_vector_component(Sink& to, const std::array<Probability, 19>& p, int value) {
  const int magnitude = value < 0 ? -value : value;
  SKIRRET_CHECK(magnitude <= tables::kVectorMax);
  const bool is_long = magnitude > 7;
  to.write(is_long, p[tables::kVectorIsLong]);
  if (!is_long) {
    // The tree is a plain 3-bit number, highest bit first.
    const auto bit = [magnitude](int i) { return (magnitude >> i & 1) != 0; };
    const auto node = [&p](int i) { return p[static_cast<std::size_t>(tables::kVectorShort + i)]; };
    const int high = magnitude >> 2, middle = magnitude >> 1;
    to.write(bit(2), node(0));
    to.write(bit(1), node(high == 0 ? 1 : 4));
    to.write(bit(0), node(high == 0 ? 2 + (middle & 1) : 5 + (middle & 1)));
  } else {
    const auto put = [&](int i) {
      to.write((magnitude >> i & 1) != 0, p[static_cast<std::size_t>(tables::kVectorLong + i)]);
    };
    for (int i = 0; i < 3; ++i) put(i);
    for (int i = tables::kVectorLongBits - 1; i > 3; --i) put(i);
    if (magnitude > 15) put(3);  // else bit 3 is 1 by being long
  }
  if (magnitude != 0) to.write(value < 0, p[tables::kVectorSign]);
}

template <BitSink Sink>
void write_vector(Sink& to, const VectorProbabilities& p, MotionVector difference) {
  write_vector_component(to, p[0], difference.row);
  write_vector_component(to, p[1], difference.col);
}

template <BitSink Sink>
void write_split(Sink& to, const ModeCoding& coding, const Neighbours& around, const MacroblockModes& modes,
                 MotionVector best) {
  const auto kind = static_cast<std::size_t>(modes.split);
  write_tree(to, tables::kSplitTree, tables::kSplitProbabilities, static_cast<int>(modes.split));
  for (std::size_t part = 0; part < tables::kSplitParts[kind]; ++part) {
    const int block = tables::kSplitFirst[kind][part];
    const MotionVector vector = modes.vectors[static_cast<std::size_t>(block)];
    const MotionVector left = left_vector(modes.vectors, around.left, block);
    const MotionVector above = above_vector(modes.vectors, around.above, block);
    const SplitVectorMode mode = modes.split_modes[part];
    write_tree(to, tables::kSplitVectorTree, split_vector_probabilities(left, above), static_cast<int>(mode));
    if (mode == SplitVectorMode::kNew) {
      write_vector(to, coding.probabilities.vectors, vector - best);
    } else {
      const MotionVector told = mode == SplitVectorMode::kLeft    ? left
                                : mode == SplitVectorMode::kAbove ? above
                                                                  : MotionVector{};
      SKIRRET_CHECK(vector == told);
    }
  }
}

template <BitSink Sink>
void write_inter(Sink& to, const ModeCoding& coding, MacroblockPosition at, const Neighbours& around,
                 const MacroblockModes& modes) {
  const auto& fields = coding.header.inter;
  to.write(modes.reference != ReferenceFrame::kLast, fields.last_probability);
  if (modes.reference != ReferenceFrame::kLast)
    to.write(modes.reference == ReferenceFrame::kAltref, fields.golden_probability);

  const NearVectors near = find_near_vectors(around, modes.reference, sign_biases(coding.header.references),
                                             vector_bounds(coding.dimensions, at.col, at.row));
  write_tree(to, tables::kInterModeTree, near.mode_probabilities,
             static_cast<int>(modes.luma) - static_cast<int>(LumaMode::kZero));
  switch (modes.luma) {
    case LumaMode::kZero:
      SKIRRET_CHECK(modes.vector.is_zero());
      break;
    case LumaMode::kNearest:
      SKIRRET_CHECK(modes.vector == near.nearest);
      break;
    case LumaMode::kNear:
      SKIRRET_CHECK(modes.vector == near.near);
      break;
    case LumaMode::kNew:
      write_vector(to, coding.probabilities.vectors, modes.vector - near.best);
      break;
    default:
      SKIRRET_CHECK(modes.luma == LumaMode::kSplit);
      write_split(to, coding, around, modes, near.best);
  }
}

template <BitSink Sink>
void write_key_intra(Sink& to, const Neighbours& around, const MacroblockModes& modes) {
  write_tree(to, tables::kKeyLumaTree, tables::kKeyLumaProbabilities, static_cast<int>(modes.luma));
  if (modes.luma == LumaMode::kSubblocks) {
    for (std::size_t i = 0; i < 16; ++i) {
      const auto above = i < 4 ? around.above.subblock_modes[i + 12] : modes.subblock_modes[i - 4];
      const auto left = i % 4 == 0 ? around.left.subblock_modes[i + 3] : modes.subblock_modes[i - 1];
      write_tree(to, tables::kSubblockModeTree,
                 tables::kKeySubblockModeProbabilities[static_cast<std::size_t>(above)]
                                                      [static_cast<std::size_t>(left)],
                 static_cast<int>(modes.subblock_modes[i]));
    }
  }
  write_tree(to, tables::kChromaTree, tables::kKeyChromaProbabilities, static_cast<int>(modes.chroma));
}

template <BitSink Sink>
void write_inter_frame_intra(Sink& to, const Probabilities& probabilities, const MacroblockModes& modes) {
  write_tree(to, tables::kLumaTree, probabilities.luma_modes, static_cast<int>(modes.luma));
  if (modes.luma == LumaMode::kSubblocks)
    for (const auto mode : modes.subblock_modes)
      write_tree(to, tables::kSubblockModeTree, tables::kSubblockModeProbabilities, static_cast<int>(mode));
  write_tree(to, tables::kChromaTree, probabilities.chroma_modes, static_cast<int>(modes.chroma));
}

}  // namespace detail

// The mode part alone (from is_inter on): what an encoder prices.
template <BitSink Sink>
void write_macroblock_modes(Sink& to, const ModeCoding& coding, MacroblockPosition at,
                            const Neighbours& around, const MacroblockModes& modes) {
  if (coding.header.key_frame) {
    SKIRRET_CHECK(!modes.is_inter());
    detail::write_key_intra(to, around, modes);
    return;
  }
  to.write(modes.is_inter(), coding.header.inter.intra_probability);
  if (modes.is_inter()) {
    detail::write_inter(to, coding, at, around, modes);
  } else {
    detail::write_inter_frame_intra(to, coding.probabilities, modes);
  }
}

template <BitSink Sink>
void write_segment(Sink& to, const SegmentationFields& fields, std::uint8_t segment) {
  std::array<Probability, 3> tree{};
  for (std::size_t i = 0; i < 3; ++i) tree[i] = fields.tree_probabilities[i].value_or(Probability{255});
  write_tree(to, tables::kSegmentTree, tree, segment);
}

// A whole header. `modes` hold resolved vectors: that they are what their mode names is checked.
template <BitSink Sink>
void write_macroblock_header(Sink& to, const ModeCoding& coding, MacroblockPosition at,
                             const Neighbours& around, const MacroblockModes& modes) {
  if (coding.header.segmentation.update_map) write_segment(to, coding.header.segmentation, modes.segment);
  if (coding.header.skip_probability) to.write(modes.skip_coefficients, *coding.header.skip_probability);
  write_macroblock_modes(to, coding, at, around, modes);
}

}  // namespace skirret::codec
