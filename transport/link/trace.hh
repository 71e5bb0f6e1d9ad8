#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/base/result.hh"

namespace skirret::transport {

// A recorded link in mahimahi's format: one line for each opportunity to deliver one packet, holding
// the whole milliseconds since the trace's start. The last line's time is also the trace's period.
struct Trace {
  std::vector<std::uint32_t> opportunities_ms;  // never decreasing, not empty, the last one above 0

  std::uint32_t period_ms() const { return opportunities_ms.back(); }
  bool operator==(const Trace&) const = default;
};

struct TraceLimits {
  std::size_t bytes = std::size_t{256} << 20;  // of the file
  std::size_t lines = 20'000'000;
  std::uint32_t last_ms = 7 * 24 * 3600 * 1000u;  // one week
};

// Accepts and refuses as mm-link does, but tells the line: an empty trace or line, a line that is no
// number, a time that runs backwards, a trace of no length. Stricter in one thing: limits. A carriage
// return before the line feed is taken for a line end. `name` stands in front of each message.
Result<Trace> parse_trace(std::string_view text, const std::string& name, const TraceLimits& limits = {});

// The same from a file. A file that cannot be read gives kNotFound or kIo.
Result<Trace> load_trace(const std::string& path, const TraceLimits& limits = {});

}  // namespace skirret::transport
