#include "tests/codec/syntax/random_syntax.hh"

#include "codec/bitstream/tables/coefficient_tables.hh"

namespace skirret::test {
namespace {

using namespace codec;

OptionalDelta random_delta(Random& random, int limit) {
  if (random.chance(1, 2)) return std::nullopt;
  return random.between(-limit, limit);
}

Probability random_probability(Random& random) {
  return static_cast<Probability>(random.below(256));
}

void fill_segmentation(Random& random, SegmentationFields& fields) {
  fields.enabled = random.chance(1, 2);
  if (!fields.enabled) return;
  fields.update_map = random.chance(1, 2);
  if (random.chance(1, 2)) {
    auto& data = fields.update_data.emplace();
    data.absolute = random.chance(1, 2);
    for (auto& value : data.quantizer) value = random_delta(random, 127);
    for (auto& value : data.filter_level) value = random_delta(random, 63);
  }
  if (fields.update_map)
    for (auto& p : fields.tree_probabilities)
      if (random.chance(1, 2)) p = random_probability(random);
}

void fill_filter(Random& random, FilterFields& fields) {
  fields.simple = random.chance(1, 2);
  fields.level = static_cast<std::uint8_t>(random.below(64));
  fields.sharpness = static_cast<std::uint8_t>(random.below(8));
  fields.deltas.enabled = random.chance(1, 2);
  fields.deltas.update = fields.deltas.enabled && random.chance(1, 2);
  if (!fields.deltas.update) return;
  for (auto& delta : fields.deltas.reference) delta = random_delta(random, 63);
  for (auto& delta : fields.deltas.mode) delta = random_delta(random, 63);
}

void fill_inter(Random& random, FrameHeader& header) {
  auto& references = header.references;
  references.refresh_golden = random.chance(1, 2);
  references.refresh_altref = random.chance(1, 2);
  if (!references.refresh_golden) references.copy_to_golden = static_cast<std::uint8_t>(random.below(4));
  if (!references.refresh_altref) references.copy_to_altref = static_cast<std::uint8_t>(random.below(4));
  references.sign_bias_golden = random.chance(1, 2);
  references.sign_bias_altref = random.chance(1, 2);
  references.refresh_last = random.chance(1, 2);
  auto& inter = header.inter;
  inter.intra_probability = random_probability(random);
  inter.last_probability = random_probability(random);
  inter.golden_probability = random_probability(random);
  if (random.chance(1, 2))
    for (auto& p : inter.luma_modes.emplace()) p = random_probability(random);
  if (random.chance(1, 2))
    for (auto& p : inter.chroma_modes.emplace()) p = random_probability(random);
  for (auto& component : inter.vectors)
    for (auto& p : component)
      if (random.chance(1, 8)) {
        const auto sent = random.below(128);
        p = static_cast<Probability>(sent != 0 ? 2 * sent : 1);
      }
}

SubblockMode random_subblock_mode(Random& random) {
  return static_cast<SubblockMode>(random.below(kSubblockModeCount));
}

MotionVector random_difference(Random& random) {
  const int reach = random.chance(1, 3) ? 1023 : random.chance(1, 2) ? 40 : 8;
  return {static_cast<std::int16_t>(random.between(-reach, reach)),
          static_cast<std::int16_t>(random.between(-reach, reach))};
}

void fill_split(Random& random, const Neighbours& around, MotionVector best, MacroblockModes& modes) {
  modes.split = static_cast<SplitKind>(random.below(4));
  const auto kind = static_cast<std::size_t>(modes.split);
  for (std::size_t part = 0; part < tables::kSplitParts[kind]; ++part) {
    const int block = tables::kSplitFirst[kind][part];
    modes.split_modes[part] = static_cast<SplitVectorMode>(random.below(4));
    MotionVector vector;
    switch (modes.split_modes[part]) {
      case SplitVectorMode::kLeft:
        vector = left_vector(modes.vectors, around.left, block);
        break;
      case SplitVectorMode::kAbove:
        vector = above_vector(modes.vectors, around.above, block);
        break;
      case SplitVectorMode::kZero:
        break;
      case SplitVectorMode::kNew:
        vector = best + random_difference(random);
        break;
    }
    for (std::size_t i = 0; i < 16; ++i)
      if (tables::kSplitLayout[kind][i] == part) modes.vectors[i] = vector;
  }
}

}  // namespace

FrameHeader random_header(Random& random, bool key_frame, Dimensions dimensions) {
  FrameHeader header;
  header.key_frame = key_frame;
  header.profile = static_cast<std::uint8_t>(random.below(4));
  header.show = random.chance(3, 4);
  if (key_frame) {
    auto& key = header.key.emplace();
    key.dimensions = dimensions;
    key.horizontal_scale = static_cast<std::uint8_t>(random.below(4));
    key.vertical_scale = static_cast<std::uint8_t>(random.below(4));
    key.color_space = random.chance(1, 2);
    key.clamping_unneeded = random.chance(1, 2);
  }
  fill_segmentation(random, header.segmentation);
  fill_filter(random, header.filter);
  header.log2_partitions = static_cast<std::uint8_t>(random.below(4));
  header.quantizer.y_ac = static_cast<std::uint8_t>(random.below(128));
  for (int* delta :
       {&header.quantizer.y_dc_delta, &header.quantizer.y2_dc_delta, &header.quantizer.y2_ac_delta,
        &header.quantizer.uv_dc_delta, &header.quantizer.uv_ac_delta})
    *delta = random.chance(1, 2) ? random.between(-15, 15) : 0;
  header.refresh_entropy = random.chance(1, 2);
  for (auto& type : header.coefficient_updates.at)
    for (auto& band : type)
      for (auto& context : band)
        for (auto& p : context)
          if (random.chance(1, 20)) p = random_probability(random);
  if (random.chance(3, 4)) header.skip_probability = random_probability(random);
  if (!key_frame) fill_inter(random, header);
  return header;
}

MacroblockModes random_modes(Random& random, const ModeCoding& coding, MacroblockPosition at,
                             const Neighbours& around) {
  MacroblockModes modes;
  const bool key_frame = coding.header.key_frame;
  if (coding.header.segmentation.update_map) modes.segment = static_cast<std::uint8_t>(random.below(4));
  modes.skip_coefficients = coding.header.skip_probability && random.chance(1, 3);
  if (key_frame || random.chance(1, 4)) {
    modes.luma = static_cast<LumaMode>(random.below(5));
    modes.chroma = static_cast<ChromaMode>(random.below(4));
    for (auto& mode : modes.subblock_modes) mode = random_subblock_mode(random);
    return normal_form(modes, key_frame);
  }
  modes.reference = static_cast<ReferenceFrame>(1 + random.below(3));
  modes.luma = static_cast<LumaMode>(static_cast<int>(LumaMode::kZero) + random.between(0, 4));
  const NearVectors near = find_near_vectors(around, modes.reference, sign_biases(coding.header.references),
                                             vector_bounds(coding.dimensions, at.col, at.row));
  if (modes.luma == LumaMode::kNearest) modes.vector = near.nearest;
  if (modes.luma == LumaMode::kNear) modes.vector = near.near;
  if (modes.luma == LumaMode::kNew) modes.vector = near.best + random_difference(random);
  if (modes.luma == LumaMode::kSplit) fill_split(random, around, near.best, modes);
  return normal_form(modes, false);
}

MacroblockCoefficients random_coefficients(Random& random, bool has_y2) {
  MacroblockCoefficients made;
  for (std::size_t block = 0; block < kBlocksPerMacroblock; ++block) {
    if (block == kY2Block && !has_y2) continue;
    const int first = has_y2 && block < 16 ? 1 : 0;
    if (random.chance(1, 2)) continue;
    const int end = random.between(first + 1, 16);
    for (int position = first; position < end; ++position) {
      const int reach = random.chance(1, 10) ? tables::kMaxLevel : random.chance(1, 4) ? 70 : 2;
      int level = random.between(-reach, reach);
      if (position == end - 1 && end < 16 && level == 0) level = 1;
      made.levels[block][tables::kZigzag[static_cast<std::size_t>(position)]] =
          static_cast<std::int16_t>(level);
    }
    made.ends[block] = static_cast<std::uint8_t>(end);
  }
  return made;
}

}  // namespace skirret::test
