#include "codec/encoder/rebased_header.hh"

#include <algorithm>
#include <vector>

#include "codec/encoder/segment_tree.hh"
#include "codec/state/effective.hh"

namespace skirret::codec {
namespace {

bool map_differs(const State& to, const ParsedFrame& frame) {
  for (std::size_t i = 0; i < frame.modes.size(); ++i)
    if (frame.modes[i].segment != to.segment_at(i)) return true;
  return false;
}

std::vector<std::uint8_t> map_of(const ParsedFrame& frame) {
  std::vector<std::uint8_t> map;
  map.reserve(frame.modes.size());
  for (const MacroblockModes& modes : frame.modes) map.push_back(modes.segment);
  return map;
}

void settle_segments(const State& to, const ParsedFrame& frame, const RebaseOptions& options,
                     FrameHeader& header) {
  SegmentationFields& fields = header.segmentation;
  if (!fields.enabled) return;
  SegmentationState wanted = effective_segmentation(options.own ? *options.own : to, frame.header);
  const int shift = header.quantizer.y_ac - frame.header.quantizer.y_ac;
  if (wanted.absolute && shift != 0)
    for (std::int8_t& quantizer : wanted.quantizer)
      quantizer = static_cast<std::int8_t>(std::clamp(quantizer + shift, 0, 127));
  if (wanted != effective_segmentation(to, header)) {
    SegmentData data;
    data.absolute = wanted.absolute;
    for (std::size_t i = 0; i < 4; ++i) {
      if (wanted.quantizer[i] != 0) data.quantizer[i] = wanted.quantizer[i];
      if (wanted.filter_level[i] != 0) data.filter_level[i] = wanted.filter_level[i];
    }
    fields.update_data = data;
  }
  fields.update_map = map_differs(to, frame);
  fields.tree_probabilities = {};
  if (fields.update_map) fields.tree_probabilities = segment_tree(map_of(frame));
}

void settle_filter_deltas(const State& to, const ParsedFrame& frame, const State& own, FrameHeader& header) {
  FilterDeltaFields& fields = header.filter.deltas;
  if (!fields.enabled) return;
  const FilterDeltaState wanted = effective_filter_deltas(own, frame.header);
  fields = FilterDeltaFields{};
  fields.enabled = true;
  for (std::size_t i = 0; i < 4; ++i) {
    if (wanted.reference[i] != to.filter_deltas.reference[i]) fields.reference[i] = wanted.reference[i];
    if (wanted.mode[i] != to.filter_deltas.mode[i]) fields.mode[i] = wanted.mode[i];
    fields.update = fields.update || fields.reference[i] || fields.mode[i];
  }
}

}  // namespace

FrameHeader rebased_header(const State& to, const ParsedFrame& frame, const RebaseOptions& options) {
  FrameHeader header = frame.header;
  header.coefficient_updates = {};
  header.skip_probability.reset();
  header.inter = {};
  if (options.quantizer)
    header.quantizer.y_ac = static_cast<std::uint8_t>(std::clamp(*options.quantizer, 0, 127));
  settle_segments(to, frame, options, header);
  settle_filter_deltas(to, frame, options.own ? *options.own : to, header);
  return header;
}

}  // namespace skirret::codec
