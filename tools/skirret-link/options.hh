#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/cli/program.hh"
#include "tools/skirret-link/relay.hh"

namespace skirret::link {

// The command line as it was written.
struct Options {
  std::string listen;
  std::string to;
  std::string trace;
  std::string reverse_trace;  // empty: the same as `trace`, a model with the next seed
  double delay_ms = 0;
  std::int64_t queue_packets = 0;
  std::int64_t queue_bytes = 0;
  double loss = 0;
  double reverse_loss = -1;  // below 0: as loss
  std::string burst_loss;    // SHARE:LENGTH
  std::vector<std::string> outages;
  std::vector<std::string> reverse_outages;
  std::uint64_t seed = 1;
  std::string stats;
  double duration = 0;  // 0: until stopped
  bool ordinary_priority = false;
};

void declare(cli::Program& program, Options& options);

// Resolves names, loads traces. Errors are kInvalid for what the user wrote wrongly.
Result<RelayConfig> relay_config(const Options& options);

}  // namespace skirret::link
