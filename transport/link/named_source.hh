#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "codec/base/result.hh"
#include "transport/link/opportunities.hh"

namespace skirret::transport {

// A source of opportunities as a program's user names it.
struct NamedSource {
  std::string name;  // for summaries: "Verizon-LTE-short.up", "lte (seed 1, mean 5 Mbit/s)"
  std::function<std::unique_ptr<OpportunitySource>()> make;  // a fresh one, from its start
};

// FILE (a mahimahi trace) | lte[:seed=N,mean=MBIT] | constant:MBIT. A file of one of these names is
// written with its folder (./lte). `default_seed` is the model's where none is given; `seed_offset` is
// added to either, for a second link by the same name. Errors: kInvalid for a wrong spelling or range,
// else what load_trace says.
Result<NamedSource> open_named_source(const std::string& text, std::uint64_t default_seed = 1,
                                      std::uint64_t seed_offset = 0);

}  // namespace skirret::transport
