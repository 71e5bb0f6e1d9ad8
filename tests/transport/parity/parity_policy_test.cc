#include "transport/parity/parity_policy.hh"

#include <vector>

#include <gtest/gtest.h>

#include "transport/link/loss.hh"

namespace skirret::transport {
namespace {

// A policy that has watched so many packets of a link.
ParityPolicy after_watching(double random_loss, const BurstLoss& burst, std::uint64_t packets) {
  ParityPolicy policy;
  LossProcess loss(random_loss, burst, 7);
  std::vector<std::uint64_t> lost;
  for (std::uint64_t number = 0; number < packets; ++number) {
    if (loss.lose_next()) {
      lost.push_back(number);
      continue;
    }
    if (!lost.empty()) policy.lost(lost);
    lost.clear();
    policy.delivered(1);
  }
  return policy;
}

// The share of frames that lose more packets than they have rows.
double broken(const ParityPolicy& policy, std::uint32_t fragments, double random_loss,
              const BurstLoss& burst) {
  LossProcess loss(random_loss, burst, 8);
  const std::uint32_t rows = policy.rows(fragments);
  int bad = 0;
  const int frames = 40'000;
  for (int frame = 0; frame < frames; ++frame) {
    std::uint32_t lost = 0;
    for (std::uint32_t k = 0; k < fragments + rows; ++k) lost += loss.lose_next() ? 1 : 0;
    bad += lost > rows ? 1 : 0;
  }
  return static_cast<double>(bad) / frames;
}

TEST(ParityPolicy, NoLossNoParity) {
  ParityPolicy policy;
  policy.delivered(1000);
  for (std::uint32_t n = 1; n <= kMaxParityFragments; ++n) {
    EXPECT_EQ(policy.rows(n), 0u);
    EXPECT_EQ(policy.spare_rows(n), 0u);
  }
}

TEST(ParityPolicy, AFrameStaysBrokenAboutAsOftenAsStated) {
  for (const double share : {0.01, 0.05, 0.15}) {
    const auto policy = after_watching(share, {}, 4000);
    EXPECT_NEAR(policy.loss(), share, 0.5 * share);
    for (const std::uint32_t fragments : {1u, 2u, 5u, 12u, 40u, 100u}) {
      // On a link that is as the policy has measured it.
      const double residual = broken(policy, fragments, policy.loss(), {});
      EXPECT_LE(residual, 1.3 * ParityPolicy::kResidual) << share << ' ' << fragments;
      EXPECT_GE(policy.spare_rows(fragments), policy.rows(fragments));
    }
  }
}

TEST(ParityPolicy, BurstsNeedMoreThanTheSameLossAlone) {
  const BurstLoss burst = BurstLoss::with(0.05, 4);
  const auto bursty = after_watching(0, burst, 6000);
  const auto even = after_watching(0.05, {}, 6000);
  EXPECT_GT(bursty.mean_run(), 2);
  EXPECT_LT(even.mean_run(), 1.5);
  EXPECT_GT(bursty.rows(20), even.rows(20));
  EXPECT_LE(broken(bursty, 20, 0, burst), 0.05);
}

TEST(ParityPolicy, AnOutageIsNoBurst) {
  ParityPolicy policy;
  policy.delivered(1000);
  std::vector<std::uint64_t> outage;
  for (std::uint64_t number = 1000; number < 1200; ++number) outage.push_back(number);
  policy.lost(outage);
  EXPECT_LE(policy.loss(), 0.05);
  policy.delivered(2000);
  EXPECT_EQ(policy.rows(10), 0u);
}

TEST(ParityPolicy, MoreFragmentsThanTheCodeTakesHaveNone) {
  const auto policy = after_watching(0.1, {}, 1000);
  EXPECT_GT(policy.rows(kMaxParityFragments), 10u);
  EXPECT_LE(policy.rows(kMaxParityFragments), kMaxParityRows);
  EXPECT_EQ(policy.rows(kMaxParityFragments + 1), 0u);
}

}  // namespace
}  // namespace skirret::transport
