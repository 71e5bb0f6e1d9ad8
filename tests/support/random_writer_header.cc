#include <algorithm>

#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using namespace codec;

OptionalDelta random_delta(Random& random, int range, int percent) {
  if (!random.chance(percent, 100)) return std::nullopt;
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return random.chance(1, 2) ? range : -range;
    default:
      return random.between(-range, range);
  }
}

Probability random_probability(Random& random) {
  switch (random.below(8)) {
    case 0:
      return 0;
    case 1:
      return 255;
    case 2:
      return 1;
    default:
      return static_cast<Probability>(random.below(256));
  }
}

KeyFrameFields random_key_fields(Random& random, const WriterTemper& temper, const State& from) {
  KeyFrameFields key;
  if (temper.fixed_size)
    key.dimensions = *temper.fixed_size;
  else if (from.has_pictures() && !random.chance(temper.size_change_percent, 100))
    key.dimensions = from.dimensions;
  else
    key.dimensions = {random.between(temper.min_size, temper.max_size),
                      random.between(temper.min_size, temper.max_size)};
  key.horizontal_scale = static_cast<std::uint8_t>(random.below(4));
  key.vertical_scale = static_cast<std::uint8_t>(random.below(4));
  key.color_space = random.chance(1, 2);
  key.clamping_unneeded = random.chance(1, 3);
  return key;
}

SegmentationFields random_segmentation(Random& random) {
  SegmentationFields fields;
  fields.enabled = random.chance(3, 5);
  if (!fields.enabled) return fields;
  fields.update_map = random.chance(1, 2);
  if (random.chance(1, 2)) {
    SegmentData data;
    data.absolute = random.chance(1, 2);
    for (auto& value : data.quantizer) value = random_delta(random, 127, 70);
    for (auto& value : data.filter_level) value = random_delta(random, 63, 70);
    fields.update_data = data;
  }
  if (fields.update_map)
    for (auto& value : fields.tree_probabilities)
      if (random.chance(2, 3)) value = random_probability(random);
  return fields;
}

FilterFields random_filter(Random& random) {
  FilterFields fields;
  fields.simple = random.chance(1, 3);
  fields.level = static_cast<std::uint8_t>(random.chance(1, 5) ? 0 : random.between(0, 63));
  fields.sharpness = static_cast<std::uint8_t>(random.between(0, 7));
  fields.deltas.enabled = random.chance(1, 2);
  if (!fields.deltas.enabled) return fields;
  fields.deltas.update = random.chance(1, 2);
  if (!fields.deltas.update) return fields;
  for (auto& value : fields.deltas.reference) value = random_delta(random, 63, 60);
  for (auto& value : fields.deltas.mode) value = random_delta(random, 63, 60);
  return fields;
}

QuantizerFields random_quantizer(Random& random) {
  QuantizerFields fields;
  fields.y_ac = static_cast<std::uint8_t>(random.between(0, 127));
  for (int* delta : {&fields.y_dc_delta, &fields.y2_dc_delta, &fields.y2_ac_delta, &fields.uv_dc_delta,
                     &fields.uv_ac_delta})
    *delta = random.chance(1, 3) ? random.between(-15, 15) : 0;
  return fields;
}

ReferenceFields random_references(Random& random, const WriterTemper& temper) {
  const auto copy = [&] {
    if (temper.raw_copy_three && random.chance(1, 6)) return std::uint8_t{3};
    return static_cast<std::uint8_t>(random.below(3));
  };
  ReferenceFields fields;
  fields.refresh_golden = random.chance(1, 4);
  fields.refresh_altref = random.chance(1, 4);
  if (!fields.refresh_golden) fields.copy_to_golden = copy();
  if (!fields.refresh_altref) fields.copy_to_altref = copy();
  fields.sign_bias_golden = random.chance(1, 2);
  fields.sign_bias_altref = random.chance(1, 2);
  fields.refresh_last = random.chance(3, 4);
  return fields;
}

InterFrameFields random_inter_fields(Random& random, const WriterTemper& temper) {
  InterFrameFields fields;
  const int inter = 256 * (100 - temper.intra_percent) / 100;
  fields.intra_probability =
      static_cast<Probability>(std::clamp(256 - inter + random.between(-20, 20), 0, 255));
  fields.last_probability = static_cast<Probability>(random.below(256));
  fields.golden_probability = static_cast<Probability>(random.below(256));
  if (random.chance(1, 3)) {
    fields.luma_modes.emplace();
    for (auto& value : *fields.luma_modes) value = random_probability(random);
  }
  if (random.chance(1, 3)) {
    fields.chroma_modes.emplace();
    for (auto& value : *fields.chroma_modes) value = random_probability(random);
  }
  const int percent = random.chance(1, 2) ? 0 : random.between(1, 40);
  for (auto& component : fields.vectors)
    for (auto& value : component)
      if (random.chance(percent, 100)) {  // only what seven bits on the wire can say
        const auto wire = random.below(128);
        value = static_cast<Probability>(wire == 0 ? 1 : 2 * wire);
      }
  return fields;
}

}  // namespace

WriterTemper random_temper(Random& random) {
  WriterTemper temper;
  temper.max_size = random.chance(1, 8) ? 200 : random.between(17, 80);
  temper.profile = random.chance(1, 12) ? random.between(4, 7) : random.between(0, 3);
  temper.key_percent = random.between(2, 20);
  temper.wild_coefficients = random.chance(1, 4) ? random.between(1, 30) : 0;
  temper.coefficient_updates = random.chance(1, 3) ? 0 : random.between(1, 20);
  temper.skip_percent = random.between(0, 90);
  temper.intra_percent = random.between(0, 60);
  temper.far_vectors = random.between(0, 40);
  return temper;
}

FrameHeader random_header(Random& random, const WriterTemper& temper, const State& from) {
  FrameHeader header;
  header.key_frame = !from.has_pictures() || random.chance(temper.key_percent, 100);
  header.profile = static_cast<std::uint8_t>(random.chance(1, 20) ? random.between(0, 3) : temper.profile);
  header.show = random.chance(9, 10);
  if (header.key_frame) header.key = random_key_fields(random, temper, from);
  header.segmentation = random_segmentation(random);
  header.filter = random_filter(random);
  header.log2_partitions = static_cast<std::uint8_t>(random.below(4));
  header.quantizer = random_quantizer(random);
  if (!header.key_frame) header.references = random_references(random, temper);
  header.refresh_entropy = random.chance(2, 3);
  for (auto& type : header.coefficient_updates.at)
    for (auto& band : type)
      for (auto& context : band)
        for (auto& node : context)
          if (random.chance(temper.coefficient_updates, 100)) node = random_probability(random);
  if (random.chance(4, 5)) header.skip_probability = random_probability(random);
  if (!header.key_frame) header.inter = random_inter_fields(random, temper);
  return header;
}

}  // namespace skirret::test
