#include "cloudenc/functions/given_state.hh"

#include "cloudenc/functions/copied_vectors.hh"
#include "codec/encoder/rebase.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::cloudenc {

namespace {

// Sixteenths: what a bit counts while modes are found. Fitted over whole batches, by size at equal SSIM.
constexpr std::uint8_t kBitWeight = 8;

}  // namespace

Result<codec::Candidate> encode_given_state(const codec::State& from, const codec::Picture& target,
                                            const codec::Hints& hints, const GivenStateOptions& options) {
  codec::FramePlan plan;
  plan.refresh_golden = options.refresh_golden;
  plan.refresh_altref = options.refresh_altref;
  plan.bit_weight = kBitWeight;
  const codec::Quantizer quantizer = options.quantizer;
  const codec::Analysis analysis =
      codec::analyse(from, target, plan, {quantizer, quantizer}, hints, {options.effort});
  codec::Candidate candidate = codec::code(from, target, analysis, quantizer);
  if (!options.improve) return candidate;
  const auto parsed = codec::parse(from, candidate.bytes);
  if (!parsed) return tl::unexpected(parsed.error());
  codec::RebaseOptions rebasing;
  rebasing.own = &from;
  rebasing.trust_prices = true;
  return codec::rebase(from, target, *parsed, rebasing);
}

Result<codec::Candidate> find_again(const codec::State& to, const codec::Picture& target,
                                    const codec::ParsedFrame& frame, const FindingAgain& how) {
  codec::Hints hints;
  hints.previous_vectors = how.previous_vectors;
  if (how.before != nullptr) hints.seeds = copied_vectors(*how.before, target);
  hints.seeds.push_back(vectors_of(frame));
  return encode_given_state(to, target, hints,
                            {.quantizer = frame.header.quantizer.y_ac,
                             .effort = how.effort,
                             .refresh_golden = how.refresh_golden,
                             .refresh_altref = false});
}

std::vector<codec::MotionVector> vectors_of(const codec::ParsedFrame& frame) {
  std::vector<codec::MotionVector> vectors;
  if (frame.header.key_frame) return vectors;
  vectors.reserve(frame.modes.size());
  for (const codec::MacroblockModes& modes : frame.modes)
    vectors.push_back(modes.is_inter() ? modes.vector : codec::MotionVector{});
  return vectors;
}

Result<ChunkEnd> chunk_end(std::span<const ByteVector> frames) {
  ChunkEnd end;
  for (const ByteVector& frame : frames) {
    const auto parsed = codec::parse(end.state, frame);
    if (!parsed) return tl::unexpected(parsed.error());
    if (&frame == &frames.back()) end.vectors = vectors_of(*parsed);
    end.state = codec::reconstruct(end.state, *parsed).next;
  }
  return end;
}

codec::State context_after(const codec::State& from, const codec::ParsedFrame& frame) {
  const bool alike = from.has_pictures() && from.dimensions == frame.dimensions;
  return codec::advance(from, frame.header, codec::updated_probabilities(from.probabilities, frame.header),
                        codec::segment_map_after(from, frame.header, frame.modes),
                        alike ? from.last : codec::Picture::solid(frame.dimensions, 128, 128, 128));
}

Result<std::vector<codec::MotionVector>> first_vectors(std::span<const ByteVector> frames) {
  if (frames.size() < 2) return std::vector<codec::MotionVector>();
  const auto key = codec::parse({}, frames[0]);
  if (!key) return tl::unexpected(key.error());
  const auto second = codec::parse(context_after({}, *key), frames[1]);
  if (!second) return tl::unexpected(second.error());
  return vectors_of(*second);
}

}  // namespace skirret::cloudenc
