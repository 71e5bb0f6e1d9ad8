// Finds the shape of the LTE model (transport/link/lte_model.hh) from recorded traces: the statistics of
// each trace, their medians as targets, and the shape whose simulated statistics come nearest.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/program.hh"
#include "transport/link/lte_model.hh"
#include "transport/link/trace_statistics.hh"

namespace skirret {
namespace {

using transport::LteConfig;
using transport::LteOpportunities;
using transport::LteShape;
using transport::TraceStatistics;

// What is fitted, and the error that counts as one.
struct Target {
  const char* name;
  double TraceStatistics::*value;
  double scale;
};
constexpr Target kTargets[] = {
    {"p5", &TraceStatistics::p5, 0.1},
    {"p50", &TraceStatistics::p50, 0.1},
    {"p95", &TraceStatistics::p95, 0.1},
    {"correlation at 1 s", &TraceStatistics::correlation_1s, 0.1},
    {"correlation at 5 s", &TraceStatistics::correlation_5s, 0.1},
    {"outages a minute", &TraceStatistics::outages_per_minute, 0.3},
    {"share in outages", &TraceStatistics::outage_share, 0.01},
};

std::string row(const std::string& name, const TraceStatistics& s) {
  char text[200];
  std::snprintf(text, sizeof text, "%-36s %6.2f %5.2f %5.2f %5.2f %6.3f %5.2f %5.2f %6.2f %6.3f\n",
                name.c_str(), s.mean_mbit, s.p5, s.p50, s.p95, s.empty_20ms, s.correlation_1s,
                s.correlation_5s, s.outages_per_minute, s.outage_share);
  return text;
}

TraceStatistics median(std::vector<TraceStatistics> all) {
  const auto of = [&all](double TraceStatistics::*value) {
    std::vector<double> values;
    for (const TraceStatistics& one : all) values.push_back(one.*value);
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  TraceStatistics result;
  for (auto value : {&TraceStatistics::mean_mbit, &TraceStatistics::empty_20ms}) result.*value = of(value);
  for (const Target& target : kTargets) result.*(target.value) = of(target.value);
  return result;
}

TraceStatistics simulate(const LteShape& shape, double mean_mbit, int seconds) {
  LteConfig config;
  config.mean_bits_per_second = static_cast<std::uint64_t>(mean_mbit * 1e6);
  config.shape = shape;
  LteOpportunities model(config);
  return measure(model, std::chrono::seconds(seconds));
}

// The shape with its ceiling moved so that the mean comes out as asked for.
LteShape levelled(LteShape shape, double mean_mbit, int seconds) {
  for (int i = 0; i < 3; ++i) shape.ceiling *= mean_mbit / simulate(shape, mean_mbit, seconds).mean_mbit;
  return shape;
}

double distance(const TraceStatistics& a, const TraceStatistics& b) {
  double sum = 0;
  for (const Target& target : kTargets) {
    const double error = (a.*(target.value) - b.*(target.value)) / target.scale;
    sum += error * error;
  }
  return sum;
}

LteShape fit(const TraceStatistics& target, int seconds) {
  LteShape best;
  double least = HUGE_VAL;
  for (const double wander : {0.25, 0.30, 0.35, 0.40, 0.45, 0.50}) {
    for (const double chance : {0.01, 0.02, 0.03, 0.05, 0.08, 0.12}) {
      for (const double length : {0.25, 0.5, 1.0, 1.5, 2.0, 3.0}) {
        const LteShape shape{wander, 2.0, chance, length};
        const double error = distance(simulate(shape, target.mean_mbit, seconds), target);
        if (error < least) {
          least = error;
          best = shape;
        }
      }
    }
  }
  return best;
}

Result<cli::Outcome> run(const cli::Program& program, const std::vector<std::string>& files, int seconds) {
  std::vector<TraceStatistics> all;
  program.print(
      "                                      mean    p5   p50   p95  empty    c1    c5  out/m  share\n");
  for (const std::string& file : files) {
    const Result<transport::Trace> trace = transport::load_trace(file);
    if (!trace) return tl::unexpected(trace.error());
    const auto whole_seconds = trace->period_ms() / 1000;
    if (whole_seconds < 10) return fail(ErrorCode::kInvalid, file + ": shorter than 10 s");
    transport::TraceOpportunities source(std::make_shared<const transport::Trace>(*trace));
    all.push_back(measure(source, std::chrono::seconds(whole_seconds)));
    program.print(row(file.substr(file.find_last_of('/') + 1), all.back()));
  }
  const TraceStatistics target = median(all);
  program.print(row("median", target));
  const LteShape shape = levelled(fit(target, seconds), target.mean_mbit, 25 * seconds);
  const TraceStatistics reached = simulate(shape, target.mean_mbit, 25 * seconds);
  program.print(row("model", reached));
  program.print("wander " + std::to_string(shape.wander) + ", ceiling " + std::to_string(shape.ceiling) +
                ", outage chance " + std::to_string(shape.outage_chance) + ", outage seconds " +
                std::to_string(shape.outage_seconds) + "\n");
  return cli::Outcome{{{"wander", shape.wander},
                       {"ceiling", shape.ceiling},
                       {"outage_chance", shape.outage_chance},
                       {"outage_seconds", shape.outage_seconds},
                       {"distance", distance(reached, target)}}};
}

}  // namespace
}  // namespace skirret

int main(int argc, char** argv) {
  namespace cli = skirret::cli;
  cli::Program program(
      {"fit-lte",
       "Finds the shape of the LTE model that comes nearest to recorded traces.",
       {{"fit-lte ../shared/data/traces/*LTE*", "prints each trace's statistics and the shape"}}});
  std::vector<std::string> files;
  int seconds = 4000;
  program.app().add_option("TRACE", files, "mahimahi traces")->required();
  program.app()
      .add_option("--seconds", seconds, "Simulated time for each shape tried")
      ->check(CLI::Range(100, 100'000))
      ->capture_default_str();
  return program.run(argc, argv, [&] { return skirret::run(program, files, seconds); });
}
