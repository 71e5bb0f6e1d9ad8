#include "codec/syntax/macroblock_header.hh"

namespace skirret::codec {
namespace {

int read_vector_component(BoolDecoder& from, const std::array<Probability, 19>& p) {
  int magnitude = 0;
  if (from.read(p[tables::kVectorIsLong])) {
    const auto bit = [&](int i) {
      return static_cast<int>(from.read(p[static_cast<std::size_t>(tables::kVectorLong + i)])) << i;
    };
    for (int i = 0; i < 3; ++i) magnitude += bit(i);
    for (int i = tables::kVectorLongBits - 1; i > 3; --i) magnitude += bit(i);
    // Without a higher bit, bit 3 must be 1 for the long form to have been needed: it is not sent.
    magnitude += magnitude > 15 ? bit(3) : 8;
  } else {
    magnitude = read_tree(from, tables::kVectorShortTree, &p[tables::kVectorShort]);
  }
  return magnitude != 0 && from.read(p[tables::kVectorSign]) ? -magnitude : magnitude;
}

MotionVector read_vector(BoolDecoder& from, const VectorProbabilities& p) {
  MotionVector vector;
  vector.row = static_cast<std::int16_t>(read_vector_component(from, p[0]));
  vector.col = static_cast<std::int16_t>(read_vector_component(from, p[1]));
  return vector;
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

void read_inter(BoolDecoder& from, const ModeCoding& coding, MacroblockPosition at, const Neighbours& around,
                MacroblockModes& modes) {
  const auto& fields = coding.header.inter;
  modes.reference = ReferenceFrame::kLast;
  if (from.read(fields.last_probability))
    modes.reference =
        from.read(fields.golden_probability) ? ReferenceFrame::kAltref : ReferenceFrame::kGolden;

  const NearVectors near = find_near_vectors(around, modes.reference, sign_biases(coding.header.references),
                                             vector_bounds(coding.dimensions, at.col, at.row));
  modes.luma = static_cast<LumaMode>(static_cast<int>(LumaMode::kZero) +
                                     read_tree(from, tables::kInterModeTree, near.mode_probabilities));
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
      read_split(from, coding.probabilities.vectors, around, near.best, modes);
      return;
    default:
      break;
  }
  modes.vectors.fill(modes.vector);
}

}  // namespace

MacroblockModes read_macroblock_header(BoolDecoder& from, const ModeCoding& coding, MacroblockPosition at,
                                       const Neighbours& around, std::uint8_t kept_segment) {
  MacroblockModes modes;
  const FrameHeader& header = coding.header;
  modes.segment = header.segmentation.update_map ? read_segment(from, header.segmentation) : kept_segment;
  if (header.skip_probability) modes.skip_coefficients = from.read(*header.skip_probability);
  if (header.key_frame) {
    read_key_intra(from, around, modes);
  } else if (from.read(header.inter.intra_probability)) {
    read_inter(from, coding, at, around, modes);
  } else {
    read_inter_frame_intra(from, coding.probabilities, modes);
  }
  return modes;
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
