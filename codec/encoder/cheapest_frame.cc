#include "codec/encoder/cheapest_frame.hh"

#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/plain_header.hh"
#include "codec/encoder/probability_updates.hh"
#include "codec/quality/quality.hh"

namespace skirret::codec {
namespace {

std::uint64_t difference(const Picture& a, const Picture& b) {
  std::uint64_t sum = 0;
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV})
    sum += squared_error(a.plane(name), b.plane(name));
  return sum;
}

}  // namespace

Candidate cheapest_frame(const State& from, const Picture& target, const Analysis::Data& analysis) {
  const bool key_frame = analysis.plan.kind == FrameKind::kKey;
  const auto count = static_cast<std::size_t>(analysis.dimensions.mb_count());
  const auto count32 = static_cast<std::uint32_t>(count);
  MacroblockModes still;
  still.skip_coefficients = true;
  if (!key_frame) {
    still.reference = ReferenceFrame::kLast;
    still.luma = LumaMode::kZero;
  }
  CodedFrame frame;
  frame.modes.assign(count, still);
  frame.level_index.assign(count, CodedFrame::kNone);
  FrameCounts counts;
  counts.skip.ones = count32;
  if (!key_frame) counts.inter.ones = counts.other.zeros = count32;

  Candidate candidate;
  candidate.header = plain_header(from, analysis, 127);
  candidate.header.filter.level = 0;    // repeated pictures would blur
  candidate.header.filter.deltas = {};  // a later frame sends them where they are of use
  // The map that stands costs nothing, and stays.
  const bool segments = !key_frame && from.segment_map != nullptr;
  candidate.header.segmentation = {};
  candidate.header.segmentation.enabled = segments;
  for (std::size_t i = 0; segments && i < count; ++i) frame.modes[i].segment = from.segment_at(i);
  fit_probabilities(counts, from.probabilities, candidate.header);
  candidate.bytes = write_frame(candidate.header, analysis.dimensions, from.probabilities, frame);
  candidate.quantizer = 127;
  candidate.distortion =
      difference(target, key_frame ? Picture::solid(analysis.dimensions, 128, 128, 128) : from.last);
  candidate.key_frame = key_frame;
  candidate.vectors.resize(count);
  candidate.stillness = analysis.regions.stillness;
  candidate.made = std::make_shared<const Candidate::Made>(Candidate::Made{std::move(frame)});
  return candidate;
}

}  // namespace skirret::codec
