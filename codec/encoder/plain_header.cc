#include "codec/encoder/plain_header.hh"

#include "codec/encoder/filter_level.hh"

namespace skirret::codec {

FrameHeader plain_header(const State& from, const Analysis::Data& analysis, Quantizer quantizer) {
  const FramePlan& plan = analysis.plan;
  FrameHeader header;
  header.key_frame = plan.kind == FrameKind::kKey;
  header.profile = plan.profile;
  header.show = plan.show;
  if (header.key_frame) header.key = KeyFrameFields{.dimensions = analysis.dimensions};
  header.filter = filter_fields(quantizer, header.key_frame ? FilterDeltaState{} : from.filter_deltas);
  header.filter.simple = plan.profile != 0;
  header.segmentation = segmentation_fields(from, analysis.regions, header.key_frame, quantizer);
  header.log2_partitions = plan.log2_partitions;
  header.quantizer.y_ac = static_cast<std::uint8_t>(quantizer);
  header.refresh_entropy = plan.refresh_entropy;
  if (!header.key_frame)
    header.references = {.refresh_golden = plan.refresh_golden,
                         .refresh_altref = plan.refresh_altref,
                         .copy_to_golden = plan.refresh_golden ? std::uint8_t{0} : plan.copy_to_golden,
                         .copy_to_altref = plan.refresh_altref ? std::uint8_t{0} : plan.copy_to_altref,
                         .refresh_last = plan.refresh_last};
  return header;
}

}  // namespace skirret::codec
