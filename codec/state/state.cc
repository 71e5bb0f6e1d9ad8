#include "codec/state/state.hh"

#include <algorithm>

#include <xxhash.h>

#include "codec/base/check.hh"
#include "codec/state/canonical.hh"

namespace skirret::codec {
namespace {

bool all_zero(const SegmentMap& map) {
  return map == nullptr || std::all_of(map->begin(), map->end(), [](std::uint8_t id) { return id == 0; });
}

bool same_map(const SegmentMap& a, const SegmentMap& b) {
  if (a == b) return true;
  const bool empty_a = all_zero(a), empty_b = all_zero(b);
  return empty_a || empty_b ? empty_a == empty_b : *a == *b;
}

}  // namespace

const Picture& State::reference(ReferenceFrame which) const {
  SKIRRET_CHECK(which != ReferenceFrame::kIntra);
  return which == ReferenceFrame::kLast ? last : which == ReferenceFrame::kGolden ? golden : altref;
}

StateId State::id() const {
  ByteWriter fields;
  write_canonical_fields(*this, fields);
  for (const Picture* picture : {&last, &golden, &altref})
    fields.u64le(picture->empty() ? 0 : picture->hash());
  if (!all_zero(segment_map)) fields.bytes(*segment_map);
  return {XXH3_64bits(fields.view().data(), fields.size())};
}

bool State::operator==(const State& other) const {
  return dimensions == other.dimensions && horizontal_scale == other.horizontal_scale &&
         vertical_scale == other.vertical_scale && color_space == other.color_space &&
         clamping_unneeded == other.clamping_unneeded && segmentation == other.segmentation &&
         filter_deltas == other.filter_deltas && probabilities == other.probabilities &&
         same_map(segment_map, other.segment_map) && last == other.last && golden == other.golden &&
         altref == other.altref;
}

}  // namespace skirret::codec
