#include "tests/support/link_sources.hh"

#include <utility>

#include "codec/base/check.hh"

namespace skirret::test {

SteppedOpportunities::SteppedOpportunities(std::vector<Step> steps) : steps_(std::move(steps)) {
  SKIRRET_CHECK(!steps_.empty());
}

Duration SteppedOpportunities::next() {
  const auto after = [this] {
    return at_ + Duration(static_cast<Duration::rep>(1e9 * transport::kOpportunityCapacityBits /
                                                     steps_[at_step_].bits_per_second));
  };
  // A slow rate's next turn is not waited for when a fast rate begins before it.
  while (at_step_ + 1 < steps_.size() && after() >= steps_[at_step_ + 1].begin) {
    ++at_step_;
    at_ = std::max(at_, steps_[at_step_].begin);
  }
  return at_ = after();
}

BunchedOpportunities::BunchedOpportunities(std::unique_ptr<transport::OpportunitySource> inner,
                                           Duration shortest, Duration longest, std::uint64_t seed)
    : inner_(std::move(inner)),
      shortest_(shortest),
      longest_(longest),
      draws_(transport::LinkRandom::stream(seed, 5)) {}

Duration BunchedOpportunities::next() {
  const Duration at = inner_->next();
  while (turn_ < at)
    turn_ += shortest_ + Duration(static_cast<Duration::rep>(
                             draws_.unit() * static_cast<double>((longest_ - shortest_).count())));
  return turn_;
}

}  // namespace skirret::test
