#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "transport/link/link.hh"

namespace skirret::transport {

inline TimePoint at_ms(std::int64_t ms) {
  return TimePoint(std::chrono::milliseconds(ms));
}

inline std::unique_ptr<OpportunitySource> trace_source(std::vector<std::uint32_t> ms) {
  return std::make_unique<TraceOpportunities>(std::make_shared<const Trace>(Trace{std::move(ms)}));
}

// A payload that is charged as `charged` bytes on the link.
inline ByteVector charged(std::uint32_t bytes) {
  return ByteVector(bytes - kLinkOverheadBytes, 0x5a);
}

// Arrivals as "id@ms" words, easy to compare by eye.
inline std::string arrivals(const std::vector<Delivered>& packets) {
  std::string text;
  for (const Delivered& packet : packets) {
    if (!text.empty()) text += ' ';
    text += std::to_string(packet.id) + '@' + std::to_string(to_ns(packet.at) / 1'000'000);
  }
  return text;
}

}  // namespace skirret::transport
