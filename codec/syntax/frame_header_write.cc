#include <cstdlib>

#include "codec/base/check.hh"
#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

void write_optional(BoolEncoder& to, const OptionalDelta& delta, int bits) {
  to.flag(delta.has_value());
  if (!delta) return;
  SKIRRET_CHECK(std::abs(*delta) < 1 << bits);
  to.literal(static_cast<std::uint32_t>(std::abs(*delta)), bits);
  to.flag(*delta < 0);
}

void write_segmentation(BoolEncoder& to, const SegmentationFields& fields) {
  to.flag(fields.enabled);
  if (!fields.enabled) return;
  to.flag(fields.update_map);
  to.flag(fields.update_data.has_value());
  if (fields.update_data) {
    to.flag(fields.update_data->absolute);
    for (const auto& value : fields.update_data->quantizer) write_optional(to, value, 7);
    for (const auto& value : fields.update_data->filter_level) write_optional(to, value, 6);
  }
  if (fields.update_map) {
    for (const auto& probability : fields.tree_probabilities) {
      to.flag(probability.has_value());
      if (probability) to.literal(*probability, 8);
    }
  }
}

void write_filter(BoolEncoder& to, const FilterFields& fields) {
  SKIRRET_CHECK(fields.level < 64 && fields.sharpness < 8);
  to.flag(fields.simple);
  to.literal(fields.level, 6);
  to.literal(fields.sharpness, 3);
  to.flag(fields.deltas.enabled);
  if (!fields.deltas.enabled) return;
  to.flag(fields.deltas.update);
  if (!fields.deltas.update) return;
  for (const auto& delta : fields.deltas.reference) write_optional(to, delta, 6);
  for (const auto& delta : fields.deltas.mode) write_optional(to, delta, 6);
}

void write_quantizer(BoolEncoder& to, const QuantizerFields& fields) {
  SKIRRET_CHECK(fields.y_ac < 128);
  to.literal(fields.y_ac, 7);
  for (const int delta :
       {fields.y_dc_delta, fields.y2_dc_delta, fields.y2_ac_delta, fields.uv_dc_delta, fields.uv_ac_delta})
    write_optional(to, delta != 0 ? OptionalDelta(delta) : std::nullopt, 4);
}

void write_references(BoolEncoder& to, const ReferenceFields& fields) {
  SKIRRET_CHECK(fields.copy_to_golden < 4 && fields.copy_to_altref < 4);
  to.flag(fields.refresh_golden);
  to.flag(fields.refresh_altref);
  if (!fields.refresh_golden) to.literal(fields.copy_to_golden, 2);
  if (!fields.refresh_altref) to.literal(fields.copy_to_altref, 2);
  to.flag(fields.sign_bias_golden);
  to.flag(fields.sign_bias_altref);
}

void write_coefficient_updates(BoolEncoder& to, const CoefficientUpdates& updates) {
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context)
        for (std::size_t node = 0; node < 11; ++node) {
          const auto& sent = updates.at[type][band][context][node];
          to.write(sent.has_value(), tables::kCoefficientUpdateProbabilities[type][band][context][node]);
          if (sent) to.literal(*sent, 8);
        }
}

void write_inter_fields(BoolEncoder& to, const InterFrameFields& fields) {
  to.literal(fields.intra_probability, 8);
  to.literal(fields.last_probability, 8);
  to.literal(fields.golden_probability, 8);
  to.flag(fields.luma_modes.has_value());
  if (fields.luma_modes)
    for (const auto probability : *fields.luma_modes) to.literal(probability, 8);
  to.flag(fields.chroma_modes.has_value());
  if (fields.chroma_modes)
    for (const auto probability : *fields.chroma_modes) to.literal(probability, 8);
  for (std::size_t component = 0; component < 2; ++component) {
    for (std::size_t i = 0; i < 19; ++i) {
      const auto& sent = fields.vectors[component][i];
      to.write(sent.has_value(), tables::kVectorUpdateProbabilities[component][i]);
      if (!sent) continue;
      SKIRRET_CHECK(*sent == 1 || (*sent % 2 == 0 && *sent != 0));
      to.literal(*sent / 2u, 7);
    }
  }
}

}  // namespace

void write_frame_header(const FrameHeader& header, BoolEncoder& to) {
  SKIRRET_CHECK(header.key_frame == header.key.has_value());
  SKIRRET_CHECK(header.log2_partitions < 4);
  if (header.key) {
    to.flag(header.key->color_space);
    to.flag(header.key->clamping_unneeded);
  }
  write_segmentation(to, header.segmentation);
  write_filter(to, header.filter);
  to.literal(header.log2_partitions, 2);
  write_quantizer(to, header.quantizer);
  if (!header.key_frame) write_references(to, header.references);
  to.flag(header.refresh_entropy);
  if (!header.key_frame) to.flag(header.references.refresh_last);
  write_coefficient_updates(to, header.coefficient_updates);
  to.flag(header.skip_probability.has_value());
  if (header.skip_probability) to.literal(*header.skip_probability, 8);
  if (!header.key_frame) write_inter_fields(to, header.inter);
}

FrameTag frame_tag(const FrameHeader& header) {
  FrameTag tag;
  tag.key_frame = header.key_frame;
  tag.version = header.profile;
  tag.show = header.show;
  return tag;
}

std::optional<FrameSize> frame_size(const FrameHeader& header) {
  if (!header.key) return std::nullopt;
  return FrameSize{header.key->dimensions, header.key->horizontal_scale, header.key->vertical_scale};
}

}  // namespace skirret::codec
