#include "cloudenc/functions/given_state.hh"

#include "codec/encoder/rebase.hh"

namespace skirret::cloudenc {

Result<codec::Candidate> encode_given_state(const codec::State& from, const codec::Picture& target,
                                            const codec::Hints& hints, const GivenStateOptions& options) {
  codec::FramePlan plan;
  plan.refresh_golden = plan.refresh_altref = options.refresh_older;
  const codec::Quantizer quantizer = options.quantizer;
  const codec::Analysis analysis =
      codec::analyse(from, target, plan, {quantizer, quantizer}, hints, {options.effort});
  codec::Candidate candidate = codec::code(from, target, analysis, quantizer);
  if (!options.improve) return candidate;
  const auto parsed = codec::parse(from, candidate.bytes);
  if (!parsed) return tl::unexpected(parsed.error());
  codec::RebaseOptions rebasing;
  rebasing.own = &from;
  return codec::rebase(from, target, *parsed, rebasing);
}

}  // namespace skirret::cloudenc
