#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

OptionalDelta parse_optional(BoolDecoder& from, int bits) {
  if (!from.flag()) return std::nullopt;
  const int magnitude = static_cast<int>(from.literal(bits));
  return from.flag() ? -magnitude : magnitude;
}

Probability parse_probability(BoolDecoder& from) {
  return static_cast<Probability>(from.literal(8));
}

SegmentationFields parse_segmentation(BoolDecoder& from) {
  SegmentationFields fields;
  fields.enabled = from.flag();
  if (!fields.enabled) return fields;
  fields.update_map = from.flag();
  const bool update_data = from.flag();
  if (update_data) {
    auto& data = fields.update_data.emplace();
    data.absolute = from.flag();
    for (auto& value : data.quantizer) value = parse_optional(from, 7);
    for (auto& value : data.filter_level) value = parse_optional(from, 6);
  }
  if (fields.update_map) {
    for (auto& probability : fields.tree_probabilities)
      if (from.flag()) probability = parse_probability(from);
  }
  return fields;
}

FilterFields parse_filter(BoolDecoder& from) {
  FilterFields fields;
  fields.simple = from.flag();
  fields.level = static_cast<std::uint8_t>(from.literal(6));
  fields.sharpness = static_cast<std::uint8_t>(from.literal(3));
  fields.deltas.enabled = from.flag();
  if (!fields.deltas.enabled) return fields;
  fields.deltas.update = from.flag();
  if (!fields.deltas.update) return fields;
  for (auto& delta : fields.deltas.reference) delta = parse_optional(from, 6);
  for (auto& delta : fields.deltas.mode) delta = parse_optional(from, 6);
  return fields;
}

QuantizerFields parse_quantizer(BoolDecoder& from) {
  QuantizerFields fields;
  fields.y_ac = static_cast<std::uint8_t>(from.literal(7));
  for (int* delta : {&fields.y_dc_delta, &fields.y2_dc_delta, &fields.y2_ac_delta, &fields.uv_dc_delta,
                     &fields.uv_ac_delta})
    *delta = parse_optional(from, 4).value_or(0);
  return fields;
}

ReferenceFields parse_references(BoolDecoder& from) {
  ReferenceFields fields;
  fields.refresh_golden = from.flag();
  fields.refresh_altref = from.flag();
  if (!fields.refresh_golden) fields.copy_to_golden = static_cast<std::uint8_t>(from.literal(2));
  if (!fields.refresh_altref) fields.copy_to_altref = static_cast<std::uint8_t>(from.literal(2));
  fields.sign_bias_golden = from.flag();
  fields.sign_bias_altref = from.flag();
  return fields;
}

CoefficientUpdates parse_coefficient_updates(BoolDecoder& from) {
  CoefficientUpdates updates;
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context)
        for (std::size_t node = 0; node < 11; ++node)
          if (from.read(tables::kCoefficientUpdateProbabilities[type][band][context][node]))
            updates.at[type][band][context][node] = parse_probability(from);
  return updates;
}

InterFrameFields parse_inter_fields(BoolDecoder& from) {
  InterFrameFields fields;
  fields.intra_probability = parse_probability(from);
  fields.last_probability = parse_probability(from);
  fields.golden_probability = parse_probability(from);
  if (from.flag())
    for (auto& probability : fields.luma_modes.emplace()) probability = parse_probability(from);
  if (from.flag())
    for (auto& probability : fields.chroma_modes.emplace()) probability = parse_probability(from);
  for (std::size_t component = 0; component < 2; ++component) {
    for (std::size_t i = 0; i < 19; ++i) {
      if (!from.read(tables::kVectorUpdateProbabilities[component][i])) continue;
      const std::uint32_t sent = from.literal(7);
      fields.vectors[component][i] = static_cast<Probability>(sent != 0 ? sent << 1 : 1);
    }
  }
  return fields;
}

}  // namespace

FrameHeader parse_frame_header(const FrameStart& start, BoolDecoder& from) {
  FrameHeader header;
  header.key_frame = start.tag.key_frame;
  header.profile = start.tag.version;
  header.show = start.tag.show;
  if (header.key_frame) {
    auto& key = header.key.emplace();
    key.dimensions = start.size->dimensions;
    key.horizontal_scale = start.size->horizontal_scale;
    key.vertical_scale = start.size->vertical_scale;
    key.color_space = from.flag();
    key.clamping_unneeded = from.flag();
  }
  header.segmentation = parse_segmentation(from);
  header.filter = parse_filter(from);
  const auto log2_partitions = static_cast<std::uint8_t>(from.literal(2));
  header.log2_partitions = from.past_end() ? std::uint8_t{0} : log2_partitions;
  header.quantizer = parse_quantizer(from);
  if (!header.key_frame) header.references = parse_references(from);
  header.refresh_entropy = from.flag();
  if (!header.key_frame) header.references.refresh_last = from.flag();
  header.coefficient_updates = parse_coefficient_updates(from);
  if (from.flag()) header.skip_probability = parse_probability(from);
  if (!header.key_frame) header.inter = parse_inter_fields(from);
  return header;
}

Probabilities updated_probabilities(const Probabilities& from, const FrameHeader& header) {
  Probabilities result = header.key_frame ? Probabilities::defaults() : from;
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context)
        for (std::size_t node = 0; node < 11; ++node)
          if (const auto& sent = header.coefficient_updates.at[type][band][context][node])
            result.coefficients[type][band][context][node] = *sent;
  if (header.key_frame) return result;
  if (header.inter.luma_modes) result.luma_modes = *header.inter.luma_modes;
  if (header.inter.chroma_modes) result.chroma_modes = *header.inter.chroma_modes;
  for (std::size_t component = 0; component < 2; ++component)
    for (std::size_t i = 0; i < 19; ++i)
      if (const auto& sent = header.inter.vectors[component][i]) result.vectors[component][i] = *sent;
  return result;
}

}  // namespace skirret::codec
