#pragma once

#include <memory>
#include <vector>

#include "transport/link/opportunities.hh"
#include "transport/link/random.hh"

namespace skirret::test {

// A constant rate that changes at given moments, and stays at the last one.
class SteppedOpportunities final : public transport::OpportunitySource {
 public:
  struct Step {
    Duration begin{};  // since the link's start; the first one's is 0
    std::uint64_t bits_per_second = 0;
  };
  explicit SteppedOpportunities(std::vector<Step> steps);
  Duration next() override;

 private:
  std::vector<Step> steps_;
  std::size_t at_step_ = 0;
  Duration at_{};
};

// Another source whose opportunities are kept back and come in bunches, as a radio's turns do: the turns come
// at random distances, evenly spread from `shortest` to `longest`.
class BunchedOpportunities final : public transport::OpportunitySource {
 public:
  BunchedOpportunities(std::unique_ptr<transport::OpportunitySource> inner, Duration shortest,
                       Duration longest, std::uint64_t seed);
  Duration next() override;

 private:
  std::unique_ptr<transport::OpportunitySource> inner_;
  Duration shortest_;
  Duration longest_;
  transport::LinkRandom draws_;
  Duration turn_{};
};

}  // namespace skirret::test
