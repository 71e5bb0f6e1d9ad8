#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/call_simulation.hh"

namespace skirret::test {

// What a call over one link may be like: the links, what happens to them, and what is expected beside the
// recorded figures.
struct LinkScenario {
  std::string name;  // of a recorded link, or what is done to a made one
  CallOptions options;
  std::function<void(CallSimulation&)> during;  // sets up what happens in mid-call; may be empty
  std::size_t key_frames = 1;                   // restarts need more
  // Longest time without a new picture beyond what the link's own outages force; 0: not asked.
  Duration longest_gap{};
};

// Seconds measured of each call: 30, or 120 with SKIRRET_LONG.
Duration measured_time();

// The recorded links, from the traces of the data folder, from second 20 on. `name` as tools/bench names
// links.
std::vector<std::string> recorded_links();
LinkScenario over_recorded_link(const std::string& name);
// Over the LTE model (transport/link/lte_model.hh), each way with a seed of its own.
LinkScenario over_modelled_link(std::uint64_t seed, double mean_mbps);

// By name; each call makes its scenario anew.
const std::map<std::string, std::function<LinkScenario()>>& made_links();

struct LinkFigures {
  double delay_p50_ms = 0;  // from a capture until it or a later one is shown
  double delay_p95_ms = 0;
  double excess_p50_ms = 0;  // over the oracle of tools/bench/measure, capture by capture
  double excess_p95_ms = 0;
  double frames_per_second = 0;
  double use = 0;           // share of the bytes that the link offered
  double queue_p95_ms = 0;  // outside outages
  int freezes = 0;          // more than 200 ms from one new picture to the next …
  int own_freezes = 0;      // … and more than 200 ms longer than the oracle's longest wait meanwhile
};
LinkFigures figures_of(CallSimulation& call, Duration measured, Duration one_way);

}  // namespace skirret::test
