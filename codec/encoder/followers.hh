#pragma once

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/token_costs.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// Candidates that keep the modes of another one, the lead, which was coded from the same analysis. What they
// have in common is made once: token costs by the probabilities that the lead ended up with, and its modes as
// they are coded. Immutable: threads may share it.
class Followers {
 public:
  // Borrows all but the lead.
  Followers(const State& from, const Picture& target, const Analysis& analysis, const Candidate& lead);

  // At another quantizer. One far from the lead's is coded by itself, as `code` does.
  Candidate code(Quantizer quantizer) const;

 private:
  friend class FrameFollower;

  const State& from_;
  const Picture& target_;
  const Analysis& analysis_;
  const Candidate lead_;
  const Probabilities in_force_;  // before the frame
  const TokenCosts costs_;
  const ModeSymbols symbols_;
};

}  // namespace skirret::codec
