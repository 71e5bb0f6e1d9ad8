#pragma once

#include <string>

#include "tools/cli/program.hh"
#include "tools/skirret-link/relay.hh"

namespace skirret::link {

// What the relay did, for --json and for people.
cli::Json report_json(const Relay& relay, const RelayConfig& config, Duration ran, bool realtime);
std::string report_text(const Relay& relay, const RelayConfig& config, Duration ran, bool realtime);

}  // namespace skirret::link
