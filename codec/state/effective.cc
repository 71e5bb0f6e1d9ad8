#include "codec/state/effective.hh"

#include <algorithm>
#include <utility>

namespace skirret::codec {
namespace {

std::int8_t narrow(int value) {
  return static_cast<std::int8_t>(value);
}

std::size_t mode_class(const MacroblockModes& modes) {
  switch (modes.luma) {
    case LumaMode::kSubblocks:
      return 0;
    case LumaMode::kNearest:
    case LumaMode::kNear:
    case LumaMode::kNew:
      return 2;
    case LumaMode::kSplit:
      return 3;
    default:
      return 1;
  }
}

int segment_level(const FrameHeader& header, const SegmentationState& segmentation, std::size_t segment) {
  if (!header.segmentation.enabled) return header.filter.level;
  const int data = segmentation.filter_level[segment];
  return std::clamp(segmentation.absolute ? data : header.filter.level + data, 0, 63);
}

}  // namespace

SegmentationState effective_segmentation(const State& from, const FrameHeader& header) {
  SegmentationState result = header.key_frame ? SegmentationState{} : from.segmentation;
  if (const auto& sent = header.segmentation.update_data) {
    result.absolute = sent->absolute;
    for (std::size_t i = 0; i < 4; ++i) {
      result.quantizer[i] = narrow(sent->quantizer[i].value_or(0));
      result.filter_level[i] = narrow(sent->filter_level[i].value_or(0));
    }
  }
  return result;
}

FilterDeltaState effective_filter_deltas(const State& from, const FrameHeader& header) {
  FilterDeltaState result = header.key_frame ? FilterDeltaState{} : from.filter_deltas;
  const auto& sent = header.filter.deltas;
  for (std::size_t i = 0; i < 4; ++i) {
    if (sent.reference[i]) result.reference[i] = narrow(*sent.reference[i]);
    if (sent.mode[i]) result.mode[i] = narrow(*sent.mode[i]);
  }
  return result;
}

SegmentMap kept_segment_map(const State& from, const FrameHeader& header) {
  return header.key_frame ? nullptr : from.segment_map;
}

SegmentMap segment_map_after(const State& from, const FrameHeader& header,
                             std::span<const MacroblockModes> modes) {
  if (!header.segmentation.update_map) return kept_segment_map(from, header);
  auto map = std::make_shared<std::vector<std::uint8_t>>();
  map->reserve(modes.size());
  for (const MacroblockModes& macroblock : modes) map->push_back(macroblock.segment);
  return map;
}

int effective_quantizer(const FrameHeader& header, const SegmentationState& segmentation, int segment) {
  if (!header.segmentation.enabled) return header.quantizer.y_ac;
  const int data = segmentation.quantizer[static_cast<std::size_t>(segment)];
  return std::clamp(segmentation.absolute ? data : header.quantizer.y_ac + data, 0, 127);
}

FilterLevels::FilterLevels(const FrameHeader& header, const SegmentationState& segmentation,
                           const FilterDeltaState& deltas) {
  if (header.filter.level == 0) return;
  for (std::size_t segment = 0; segment < 4; ++segment) {
    const int base = segment_level(header, segmentation, segment);
    for (std::size_t reference = 0; reference < 4; ++reference) {
      for (std::size_t mode = 0; mode < 4; ++mode) {
        int level = base;
        if (header.filter.deltas.enabled) {
          level += deltas.reference[reference];
          // Of the intra modes only kSubblocks has a delta of its own.
          if (reference != 0 || mode == 0) level += deltas.mode[mode];
        }
        levels_[segment][reference][mode] = static_cast<std::uint8_t>(std::clamp(level, 0, 63));
      }
    }
  }
}

std::uint8_t FilterLevels::of(const MacroblockModes& modes) const {
  return levels_[modes.segment][static_cast<std::size_t>(modes.reference)][mode_class(modes)];
}

State advance(const State& from, const FrameHeader& header, const Probabilities& probabilities,
              SegmentMap map, const Picture& picture) {
  State next = from;
  if (header.key) {
    next.dimensions = header.key->dimensions;
    next.horizontal_scale = header.key->horizontal_scale;
    next.vertical_scale = header.key->vertical_scale;
    next.color_space = header.key->color_space;
    next.clamping_unneeded = header.key->clamping_unneeded;
    next.last = next.golden = next.altref = picture;
  } else {
    const ReferenceFields& references = header.references;
    // One after the other: a golden copied from altref gets what the first copy has just put there.
    if (references.copy_to_altref == 1) next.altref = next.last;
    if (references.copy_to_altref == 2) next.altref = next.golden;
    if (references.copy_to_golden == 1) next.golden = next.last;
    if (references.copy_to_golden == 2) next.golden = next.altref;
    if (references.refresh_golden) next.golden = picture;
    if (references.refresh_altref) next.altref = picture;
    if (references.refresh_last) next.last = picture;
  }
  next.segmentation = effective_segmentation(from, header);
  next.filter_deltas = effective_filter_deltas(from, header);
  next.segment_map = std::move(map);
  next.probabilities = header.refresh_entropy ? probabilities
                       : header.key_frame     ? Probabilities::defaults()
                                              : from.probabilities;
  return next;
}

}  // namespace skirret::codec
