#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/scenario/link_scenarios.hh"
#include "tests/support/data.hh"
#include "tools/bench/measure/call_link.hh"

// Calls over every recorded link and many made ones: what must hold on each, and figures that may not get
// worse than those that the tree keeps (link_baseline.json). Renew them, when a change is meant:
//   SKIRRET_RENEW_BASELINE=1 ctest --preset release -R scenario_links
namespace skirret::test {
namespace {

using Json = nlohmann::ordered_json;

struct Figure {
  const char* name;
  double LinkFigures::*of;
  double share;  // this much worse is still as good …
  double plus;   // … and this much more
  bool more_is_better;
};
constexpr Figure kFigures[] = {
    {"delay_p50_ms", &LinkFigures::delay_p50_ms, 0.1, 5, false},
    {"delay_p95_ms", &LinkFigures::delay_p95_ms, 0.15, 20, false},
    {"excess_p50_ms", &LinkFigures::excess_p50_ms, 0.1, 5, false},
    {"excess_p95_ms", &LinkFigures::excess_p95_ms, 0.15, 20, false},
    {"frames_per_second", &LinkFigures::frames_per_second, 0.05, 0.5, true},
    {"use", &LinkFigures::use, 0.06, 0.02, true},
    {"queue_p95_ms", &LinkFigures::queue_p95_ms, 0.15, 10, false},
};

class Baseline {
 public:
  Baseline() {
    std::ifstream file(SKIRRET_LINK_BASELINE);
    if (file) kept_ = Json::parse(file);
  }
  bool renewing() const { return std::getenv("SKIRRET_RENEW_BASELINE") != nullptr; }
  void renew(const std::string& link, const LinkFigures& figures) {
    Json one;
    for (const Figure& figure : kFigures) one[figure.name] = std::round(figures.*figure.of * 1000) / 1000;
    kept_[link] = one;
    std::ofstream(SKIRRET_LINK_BASELINE) << kept_.dump(1) << "\n";
  }
  void compare(const std::string& link, const LinkFigures& figures) const {
    ASSERT_TRUE(kept_.contains(link)) << "no figures are kept of it: renew them";
    for (const Figure& figure : kFigures) {
      const double before = kept_[link][figure.name].get<double>();
      const double now = figures.*figure.of;
      const double slack = std::abs(before) * figure.share + figure.plus;
      const bool as_good = figure.more_is_better ? now >= before - slack : now <= before + slack;
      EXPECT_TRUE(as_good) << figure.name << " was " << before << ", is " << now;
    }
  }

 private:
  Json kept_;
};

void print(const std::string& link, const LinkFigures& figures) {
  std::printf(
      "%-34s delay %4.0f /%6.0f ms, excess %4.0f /%6.0f, %4.1f frames/s, use %.2f, queue p95 %4.0f ms\n",
      link.c_str(), figures.delay_p50_ms, figures.delay_p95_ms, figures.excess_p50_ms, figures.excess_p95_ms,
      figures.frames_per_second, figures.use, figures.queue_p95_ms);
}

// From one new picture to the next, less the link's own outages.
Duration longest_gap(const CallSimulation& call) {
  Duration longest{};
  std::optional<TimePoint> last;
  for (const CallFrame& frame : call.frames()) {
    if (!frame.shown) continue;
    if (last) longest = std::max(longest, *frame.shown - *last);
    last = frame.shown;
  }
  return longest;
}

void run(const LinkScenario& scenario) {
  CallSimulation call(scenario.options);
  if (scenario.during) scenario.during(call);
  std::size_t most_in_flight = 0;
  bool competed = false;  // a call that is alone has no rival
  call.network().every(TimePoint{}, std::chrono::milliseconds(10), [&](TimePoint now) {
    competed = competed || call.sender().stats().competing;
    most_in_flight = std::max(most_in_flight, call.sender().stats().bytes_in_flight);
    return now < TimePoint{} + scenario.options.duration;
  });
  call.run();
  EXPECT_FALSE(competed);
  EXPECT_EQ(call.over_budget(), 0u);
  EXPECT_EQ(call.key_frames(), scenario.key_frames);
  EXPECT_EQ(call.sender().stats().mismatches, 0u);
  EXPECT_LE(call.most_states_held(), scenario.options.receive.max_states);
  EXPECT_LE(most_in_flight, 2'000'000u);  // 0.2 s of the fastest link here, or 5 s of an outage's probes
  if (scenario.longest_gap > Duration::zero()) {
    EXPECT_LE(to_ms(longest_gap(call)), to_ms(scenario.longest_gap));
  }
  // It recovers: pictures of the call's last seconds are shown.
  std::size_t shown_late = 0;
  for (const CallFrame& frame : call.frames())
    if (frame.shown && frame.captured >= TimePoint{} + scenario.options.duration / 2) ++shown_late;
  EXPECT_GT(shown_late, 0u);

  const LinkFigures figures = figures_of(call, measured_time(), scenario.options.forward_link.delay);
  print(scenario.name, figures);
  Baseline baseline;
  if (std::getenv("SKIRRET_LONG") != nullptr) return;  // the kept figures are those of short calls
  if (baseline.renewing())
    baseline.renew(scenario.name, figures);
  else
    baseline.compare(scenario.name, figures);
}

std::string letters_of(const std::string& name) {
  std::string letters;
  for (const char c : name) letters += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return letters;
}

std::vector<std::string> made_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : made_links()) names.push_back(name);
  return names;
}

class RecordedLink : public testing::TestWithParam<std::string> {};
class MadeLink : public testing::TestWithParam<std::string> {};

TEST_P(RecordedLink, CarriesACall) {
  SKIRRET_DATA_FILE(any, "traces/Verizon-LTE-short.up");
  run(over_recorded_link(GetParam()));
}

TEST_P(MadeLink, CarriesACall) {
  run(made_links().at(GetParam())());
}

const auto kName = [](const auto& info) { return letters_of(info.param); };
INSTANTIATE_TEST_SUITE_P(All, RecordedLink, testing::ValuesIn(recorded_links()), kName);
INSTANTIATE_TEST_SUITE_P(All, MadeLink, testing::ValuesIn(made_names()), kName);

}  // namespace
}  // namespace skirret::test
