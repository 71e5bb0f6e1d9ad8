#include "codec/syntax/macroblock_header.hh"

namespace skirret::codec {
namespace {

[[gnu::always_inline]] inline int read_vector_component(BoolDecoder& from, const Probability* p) {
  int magnitude = 0;
  if (from.branch(p[tables::kVectorIsLong])) {
    const auto bit = [&](int i) {
      return static_cast<int>(from.read(p[static_cast<std::size_t>(tables::kVectorLong + i)])) << i;
    };
    for (int i = 0; i < 3; ++i) magnitude += bit(i);
    for (int i = tables::kVectorLongBits - 1; i > 3; --i) magnitude += bit(i);
    // Without a higher bit, bit 3 must be 1 for the long form to have been needed: it is not sent.
    magnitude += magnitude > 15 ? bit(3) : 8;
  } else {
    // The tree is a plain 3-bit number, highest bit first.
    const Probability* node = p + tables::kVectorShort;
    const int high = from.read(node[0]) ? 1 : 0;
    const int middle = 2 * high + (from.read(node[high != 0 ? 4 : 1]) ? 1 : 0);
    magnitude = 2 * middle + (from.read(node[middle + (high != 0 ? 3 : 2)]) ? 1 : 0);
  }
  return magnitude != 0 && from.read(p[tables::kVectorSign]) ? -magnitude : magnitude;
}

// One copy of the code for both components.
[[gnu::always_inline]] inline MotionVector read_vector(BoolDecoder& from, const VectorProbabilities& p) {
  int components[2];
  for (std::size_t i = 0; i < 2; ++i) components[i] = read_vector_component(from, p[i].data());
  return {static_cast<std::int16_t>(components[0]), static_cast<std::int16_t>(components[1])};
}

std::uint8_t read_segment(BoolDecoder& from, const SegmentationFields& fields) {
  const auto p = [&](std::size_t i) { return fields.tree_probabilities[i].value_or(Probability{255}); };
  if (from.read(p(0))) return from.read(p(2)) ? 3 : 2;
  return from.read(p(1)) ? 1 : 0;
}

void read_key_intra(BoolDecoder& from, const Neighbours& around, MacroblockModes& modes) {
  modes.luma = static_cast<LumaMode>(read_tree(from, tables::kKeyLumaTree, tables::kKeyLumaProbabilities));
  if (modes.luma == LumaMode::kSubblocks) {
    for (std::size_t i = 0; i < 16; ++i) {
      const auto above = i < 4 ? around.above.subblock_modes[i + 12] : modes.subblock_modes[i - 4];
      const auto left = i % 4 == 0 ? around.left.subblock_modes[i + 3] : modes.subblock_modes[i - 1];
      const auto& p = tables::kKeySubblockModeProbabilities[static_cast<std::size_t>(above)]
                                                           [static_cast<std::size_t>(left)];
      modes.subblock_modes[i] = static_cast<SubblockMode>(read_tree(from, tables::kSubblockModeTree, p));
    }
  } else {
    modes.subblock_modes.fill(implied_subblock_mode(modes.luma));
  }
  modes.chroma =
      static_cast<ChromaMode>(read_tree(from, tables::kChromaTree, tables::kKeyChromaProbabilities));
}

void read_inter_frame_intra(BoolDecoder& from, const Probabilities& probabilities, MacroblockModes& modes) {
  modes.luma = static_cast<LumaMode>(read_tree(from, tables::kLumaTree, probabilities.luma_modes));
  if (modes.luma == LumaMode::kSubblocks)
    for (auto& mode : modes.subblock_modes)
      mode = static_cast<SubblockMode>(
          read_tree(from, tables::kSubblockModeTree, tables::kSubblockModeProbabilities));
  modes.chroma = static_cast<ChromaMode>(read_tree(from, tables::kChromaTree, probabilities.chroma_modes));
}

void read_split(BoolDecoder& from, const VectorProbabilities& probabilities, const Neighbours& around,
                MotionVector best, MacroblockModes& modes) {
  modes.split = static_cast<SplitKind>(read_tree(from, tables::kSplitTree, tables::kSplitProbabilities));
  const auto kind = static_cast<std::size_t>(modes.split);
  for (std::size_t part = 0; part < tables::kSplitParts[kind]; ++part) {
    const int block = tables::kSplitFirst[kind][part];
    const MotionVector left = left_vector(modes.vectors, around.left, block);
    const MotionVector above = above_vector(modes.vectors, around.above, block);
    const auto mode = static_cast<SplitVectorMode>(
        read_tree(from, tables::kSplitVectorTree, split_vector_probabilities(left, above)));
    modes.split_modes[part] = mode;
    MotionVector vector;
    if (mode == SplitVectorMode::kLeft) vector = left;
    if (mode == SplitVectorMode::kAbove) vector = above;
    if (mode == SplitVectorMode::kNew) vector = best + read_vector(from, probabilities);
    for (std::size_t i = 0; i < 16; ++i)
      if (tables::kSplitLayout[kind][i] == part) modes.vectors[i] = vector;
  }
  modes.vector = modes.vectors[15];
}

// What is rare works on a decoder with an address, so that the one that is copied keeps its registers.
template <class Read>
[[gnu::always_inline]] inline void aside(BoolDecoder& from, Read read) {
  BoolDecoder copy = from;
  read(copy);
  from = copy;
}

// What a row's macroblocks share.
struct RowCoding {
  const ModeCoding& coding;
  SignBiases biases;
  UnusedFields unused;
};

// All but kZero.
[[gnu::always_inline]] inline void read_moved(BoolDecoder& from, const RowCoding& row,
                                              const Neighbours& around, const VectorBounds& bounds,
                                              MacroblockModes& modes) {
  const NearVectors near = near_vectors_of(around, modes.reference, row.biases, bounds);
  const auto& p = near.mode_probabilities;
  const VectorProbabilities& vectors = row.coding.probabilities.vectors;
  if (!from.branch(p[1])) {
    modes.luma = LumaMode::kNearest;
    modes.vector = near.nearest;
  } else if (!from.branch(p[2])) {
    modes.luma = LumaMode::kNear;
    modes.vector = near.near;
  } else if (!from.branch(p[3])) {
    modes.luma = LumaMode::kNew;
    modes.vector = near.best + read_vector(from, vectors);
  } else {
    modes.luma = LumaMode::kSplit;
    aside(from, [&](BoolDecoder& rest) { read_split(rest, vectors, around, near.best, modes); });
  }
}

[[gnu::always_inline]] inline void read_inter(BoolDecoder& from, const RowCoding& row,
                                              const Neighbours& around, const VectorBounds& bounds,
                                              MacroblockModes& modes) {
  const auto& fields = row.coding.header.inter;
  modes.reference = ReferenceFrame::kLast;
  if (from.branch(fields.last_probability))
    modes.reference =
        from.branch(fields.golden_probability) ? ReferenceFrame::kAltref : ReferenceFrame::kGolden;
  if (!from.branch(zero_mode_probability(around))) {
    modes.luma = LumaMode::kZero;
    modes.vector = {};
  } else {
    read_moved(from, row, around, bounds, modes);
  }
  if (row.unused == UnusedFields::kNormal && modes.luma != LumaMode::kSplit) modes.vectors.fill(modes.vector);
}

[[gnu::always_inline]] inline void read_header(BoolDecoder& from, const RowCoding& row,
                                               const Neighbours& around, const VectorBounds& bounds,
                                               std::uint8_t kept_segment, MacroblockModes& modes) {
  if (row.unused == UnusedFields::kNormal) modes = {};
  const FrameHeader& header = row.coding.header;
  modes.segment = kept_segment;
  if (header.segmentation.update_map)
    aside(from, [&](BoolDecoder& rest) { modes.segment = read_segment(rest, header.segmentation); });
  modes.skip_coefficients = header.skip_probability && from.branch(*header.skip_probability);
  if (!header.key_frame && from.branch(header.inter.intra_probability)) {
    read_inter(from, row, around, bounds, modes);
    return;
  }
  modes.reference = ReferenceFrame::kIntra;
  modes.vector = {};
  aside(from, [&](BoolDecoder& rest) {
    if (header.key_frame) {
      read_key_intra(rest, around, modes);
    } else {
      read_inter_frame_intra(rest, row.coding.probabilities, modes);
    }
  });
}

// Walks a row with its neighbours and bounds.
[[gnu::always_inline]] inline void read_row(BoolDecoder& source, const RowCoding& coding, int row,
                                            const MacroblockModes* above, const std::uint8_t* kept_segments,
                                            std::span<MacroblockModes> into) {
  BoolDecoder from = source;
  const MacroblockModes* corner = &outside_macroblock();
  const MacroblockModes* left = corner;
  const std::ptrdiff_t step = row > 0 ? 1 : 0;
  if (row == 0) above = corner;
  VectorBounds bounds = vector_bounds(coding.coding.dimensions, 0, row);
  for (MacroblockModes& modes : into) {
    const std::uint8_t kept = kept_segments != nullptr ? *kept_segments++ : std::uint8_t{0};
    read_header(from, coding, {*above, *left, *corner}, bounds, kept, modes);
    corner = above;
    above += step;
    left = &modes;
    bounds.next_column();
  }
  source = from;
}

}  // namespace

MacroblockModes read_macroblock_header(BoolDecoder& from, const ModeCoding& coding, MacroblockPosition at,
                                       const Neighbours& around, std::uint8_t kept_segment) {
  MacroblockModes modes;
  read_header(from, {coding, sign_biases(coding.header.references), UnusedFields::kNormal}, around,
              vector_bounds(coding.dimensions, at.col, at.row), kept_segment, modes);
  return modes;
}

void read_macroblock_headers(BoolDecoder& source, const ModeCoding& coding, int row,
                             std::span<const MacroblockModes> above, const std::uint8_t* kept_segments,
                             UnusedFields unused, std::span<MacroblockModes> into) {
  const SignBiases biases = sign_biases(coding.header.references);
  if (unused == UnusedFields::kNormal) {
    read_row(source, {coding, biases, UnusedFields::kNormal}, row, above.data(), kept_segments, into);
  } else {
    read_row(source, {coding, biases, UnusedFields::kAny}, row, above.data(), kept_segments, into);
  }
}

MacroblockModes normal_form(const MacroblockModes& modes, bool key_frame) {
  MacroblockModes normal = modes;
  if (!modes.is_inter()) {
    normal.vector = {};
    normal.vectors.fill({});
    if (modes.luma != LumaMode::kSubblocks)
      normal.subblock_modes.fill(key_frame ? implied_subblock_mode(modes.luma) : SubblockMode::kDc);
  } else {
    normal.chroma = ChromaMode::kDc;
    normal.subblock_modes.fill(SubblockMode::kDc);
    if (modes.luma == LumaMode::kSplit) {
      normal.vector = modes.vectors[15];
    } else {
      normal.vectors.fill(modes.vector);
    }
  }
  const bool split = modes.luma == LumaMode::kSplit;
  if (!split) normal.split = SplitKind::kTopBottom;
  const std::size_t parts = split ? tables::kSplitParts[static_cast<std::size_t>(modes.split)] : 0;
  for (std::size_t i = parts; i < 16; ++i) normal.split_modes[i] = SplitVectorMode::kLeft;
  return normal;
}

}  // namespace skirret::codec
