#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "codec/base/time.hh"
#include "transport/link/trace.hh"

namespace skirret::transport {

// What one opportunity carries, as mm-link counts: a packet of 1500 bytes with the 4 bytes that a TUN
// device puts before it. A capacity of R bit/s means R / 12000 opportunities a second.
inline constexpr std::uint32_t kOpportunityBytes = 1504;
inline constexpr std::uint64_t kOpportunityCapacityBits = 1500 * 8;

// Where a link's delivery opportunities come from. Times count from the link's start and never
// decrease; several may fall on one instant; the sequence has no end.
class OpportunitySource {
 public:
  virtual ~OpportunitySource() = default;
  virtual Duration next() = 0;  // the next opportunity's time; each call moves on
};

// A trace, repeated at its end: line k of round r falls at r * period + line k. As in mm-link, the
// next round's clock starts on the last line's instant.
class TraceOpportunities final : public OpportunitySource {
 public:
  explicit TraceOpportunities(std::shared_ptr<const Trace> trace);
  Duration next() override;

 private:
  std::shared_ptr<const Trace> trace_;
  std::size_t line_ = 0;
  Duration round_start_{};
};

// A constant rate: opportunity n = 1, 2, … falls at n * 12000 / rate seconds, rounded down to 1 ns
// without ever drifting.
class ConstantOpportunities final : public OpportunitySource {
 public:
  explicit ConstantOpportunities(std::uint64_t bits_per_second);  // 1 … 100 Gbit/s
  Duration next() override;

 private:
  std::uint64_t rate_;
  Duration at_{};
  std::uint64_t remainder_ = 0;  // of a nanosecond, in 1 / rate_
};

// [begin, end) since the link's start.
struct TimeWindow {
  Duration begin{};
  Duration end{};

  bool holds(Duration t) const { return t >= begin && t < end; }
  bool operator==(const TimeWindow&) const = default;
};

// Another source without the opportunities that fall in the given windows: outages on demand.
class OutageOpportunities final : public OpportunitySource {
 public:
  OutageOpportunities(std::unique_ptr<OpportunitySource> inner, std::vector<TimeWindow> outages);
  Duration next() override;

 private:
  std::unique_ptr<OpportunitySource> inner_;
  std::vector<TimeWindow> outages_;
};

// Another source from `begin` on: what comes before is skipped, and time counts from there.
class LaterOpportunities final : public OpportunitySource {
 public:
  LaterOpportunities(std::unique_ptr<OpportunitySource> inner, Duration begin);
  Duration next() override;

 private:
  std::unique_ptr<OpportunitySource> inner_;
  Duration begin_;
};

}  // namespace skirret::transport
