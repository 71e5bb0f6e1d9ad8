#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/scenario/link_scenarios.hh"
#include "tests/support/data.hh"

// Our model of the link against an average of gaps and the slope of the delay, over recorded and made links.
// With the codec: skirret-bench call --virtual --estimator ours|ewma|gcc.
namespace skirret::test {
namespace {

LinkFigures figures_with(LinkScenario scenario, transport::RateModel model) {
  scenario.options.send.rate.model = model;
  CallSimulation call(scenario.options);
  call.run();
  EXPECT_EQ(call.over_budget(), 0u);
  return figures_of(call, measured_time(), scenario.options.forward_link.delay);
}

void print(const char* model, const LinkFigures& figures) {
  std::printf("  %-6s delay %4.0f /%6.0f ms, %4.1f frames/s, use %.2f, queue p95 %5.0f ms\n", model,
              figures.delay_p50_ms, figures.delay_p95_ms, figures.frames_per_second, figures.use,
              figures.queue_p95_ms);
}

// Less delay at the 95th percentile than the average of gaps leaves, over the links' mean in the logarithm,
// and no fewer frames; far more of the link used than by the slope of the delay.
TEST(Estimators, OursWaitsLessOrUsesMore) {
  SKIRRET_DATA_FILE(any, "traces/Verizon-LTE-short.up");
  double gaps = 0, gradient = 0;
  double frames[3] = {};
  double used[3] = {};
  std::vector<LinkScenario> scenarios;
  for (const char* name : {"Verizon-LTE-short", "ATT-LTE-driving", "TMobile-UMTS-driving",
                           "TMobile-LTE-short", "nyc2019-2768760-taxi3", "salsify-goodbad"})
    scenarios.push_back(over_recorded_link(name));
  for (const char* name : {"constant 0.5", "constant 12, 1 % loss", "steps by 10 up and down"})
    scenarios.push_back(made_links().at(name)());
  for (const LinkScenario& scenario : scenarios) {
    const LinkFigures ours = figures_with(scenario, transport::RateModel::kOurs);
    const LinkFigures ewma = figures_with(scenario, transport::RateModel::kGapAverage);
    const LinkFigures gcc = figures_with(scenario, transport::RateModel::kDelayGradient);
    std::printf("%s\n", scenario.name.c_str());
    print("ours", ours);
    print("ewma", ewma);
    print("gcc", gcc);
    gaps += std::log(ewma.delay_p95_ms / ours.delay_p95_ms);
    gradient += std::log(gcc.delay_p95_ms / ours.delay_p95_ms);
    frames[0] += ours.frames_per_second;
    frames[1] += ewma.frames_per_second;
    frames[2] += gcc.frames_per_second;
    used[0] += ours.use;
    used[1] += ewma.use;
    used[2] += gcc.use;
  }
  std::printf("p95 over ours: ewma %.2f, gcc %.2f; use: ours %.2f, ewma %.2f, gcc %.2f\n", std::exp(gaps / 9),
              std::exp(gradient / 9), used[0] / 9, used[1] / 9, used[2] / 9);
  EXPECT_GT(gaps, 0);
  EXPECT_GT(used[0], 1.3 * used[2]);  // the slope's is the shortest queue, in front of an idle link
  EXPECT_GE(frames[0], 0.97 * frames[1]);
  EXPECT_GE(frames[0], 0.97 * frames[2]);
}

// The same on links that nobody tuned anything on.
TEST(Estimators, OnTwelveLinksThatWereNotGiven) {
  double gaps = 0, gradient = 0, ours_used = 0, gradient_used = 0;
  int fewer_frames = 0;
  for (std::uint64_t seed = 101; seed <= 112; ++seed) {
    const double mean = 0.5 * std::exp2(static_cast<double>((seed - 101) % 6) * 0.8);  // to 8 Mbit/s
    const LinkScenario scenario = over_modelled_link(seed, mean);
    const LinkFigures ours = figures_with(scenario, transport::RateModel::kOurs);
    const LinkFigures ewma = figures_with(scenario, transport::RateModel::kGapAverage);
    const LinkFigures gcc = figures_with(scenario, transport::RateModel::kDelayGradient);
    std::printf("%s, %.1f Mbit/s in the mean\n", scenario.name.c_str(), mean);
    print("ours", ours);
    print("ewma", ewma);
    print("gcc", gcc);
    gaps += std::log(ewma.delay_p95_ms / ours.delay_p95_ms) / 12;
    gradient += std::log(gcc.delay_p95_ms / ours.delay_p95_ms) / 12;
    ours_used += ours.use / 12;
    gradient_used += gcc.use / 12;
    fewer_frames += ours.frames_per_second < 0.95 * ewma.frames_per_second ? 1 : 0;
  }
  std::printf("p95 over ours: ewma %.2f, gcc %.2f; use: ours %.2f, gcc %.2f\n", std::exp(gaps),
              std::exp(gradient), ours_used, gradient_used);
  EXPECT_GT(gaps, 0);
  EXPECT_GT(ours_used, 1.3 * gradient_used);
  EXPECT_EQ(fewer_frames, 0);
}

}  // namespace
}  // namespace skirret::test
