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

[[gnu::always_inline]] inline LumaMode read_inter_mode(BoolDecoder& from,
                                                       const std::array<Probability, 4>& p) {
  if (!from.branch(p[0])) return LumaMode::kZero;
  if (!from.branch(p[1])) return LumaMode::kNearest;
  if (!from.branch(p[2])) return LumaMode::kNear;
  return from.branch(p[3]) ? LumaMode::kSplit : LumaMode::kNew;
}

// What is rare works on a decoder with an address, so that the one that is copied keeps its registers.
template <class Read>
[[gnu::always_inline]] inline void aside(BoolDecoder& from, Read read) {
  BoolDecoder copy = from;
  read(copy);
  from = copy;
}

[[gnu::always_inline]] inline void read_inter(BoolDecoder& from, const ModeCoding& coding,
                                              MacroblockPosition at, const Neighbours& around,
                                              MacroblockModes& modes) {
  const auto& fields = coding.header.inter;
  modes.reference = ReferenceFrame::kLast;
  if (from.branch(fields.last_probability))
    modes.reference =
        from.branch(fields.golden_probability) ? ReferenceFrame::kAltref : ReferenceFrame::kGolden;

  const NearVectors near = find_near_vectors(around, modes.reference, sign_biases(coding.header.references),
                                             vector_bounds(coding.dimensions, at.col, at.row));
  modes.luma = read_inter_mode(from, near.mode_probabilities);
  switch (modes.luma) {
    case LumaMode::kNearest:
      modes.vector = near.nearest;
      break;
    case LumaMode::kNear:
      modes.vector = near.near;
      break;
    case LumaMode::kNew:
      modes.vector = near.best + read_vector(from, coding.probabilities.vectors);
      break;
    case LumaMode::kSplit:
      aside(from, [&](BoolDecoder& rest) {
        read_split(rest, coding.probabilities.vectors, around, near.best, modes);
      });
      return;
    default:
      break;
  }
  modes.vectors.fill(modes.vector);
}

[[gnu::always_inline]] inline void read_header(BoolDecoder& from, const ModeCoding& coding,
                                               MacroblockPosition at, const Neighbours& around,
                                               std::uint8_t kept_segment, MacroblockModes& modes) {
  modes = {};
  const FrameHeader& header = coding.header;
  modes.segment = kept_segment;
  if (header.segmentation.update_map)
    aside(from, [&](BoolDecoder& rest) { modes.segment = read_segment(rest, header.segmentation); });
  if (header.skip_probability) modes.skip_coefficients = from.branch(*header.skip_probability);
  if (header.key_frame) {
    aside(from, [&](BoolDecoder& rest) { read_key_intra(rest, around, modes); });
  } else if (from.branch(header.inter.intra_probability)) {
    read_inter(from, coding, at, around, modes);
  } else {
    aside(from, [&](BoolDecoder& rest) { read_inter_frame_intra(rest, coding.probabilities, modes); });
  }
}

}  // namespace

MacroblockModes read_macroblock_header(BoolDecoder& from, const ModeCoding& coding, MacroblockPosition at,
                                       const Neighbours& around, std::uint8_t kept_segment) {
  MacroblockModes modes;
  read_header(from, coding, at, around, kept_segment, modes);
  return modes;
}

void read_macroblock_headers(BoolDecoder& source, const ModeCoding& coding, int row,
                             std::span<const MacroblockModes> above, const std::uint8_t* kept_segments,
                             std::span<MacroblockModes> into) {
  BoolDecoder from = source;
  const MacroblockModes& outside = outside_macroblock();
  for (std::size_t col = 0; col < into.size(); ++col) {
    const Neighbours around{row > 0 ? above[col] : outside, col > 0 ? into[col - 1] : outside,
                            row > 0 && col > 0 ? above[col - 1] : outside};
    read_header(from, coding, {static_cast<int>(col), row}, around,
                kept_segments != nullptr ? kept_segments[col] : std::uint8_t{0}, into[col]);
  }
  source = from;
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
