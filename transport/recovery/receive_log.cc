#include "transport/recovery/receive_log.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {

ReceiveLog::Arrived ReceiveLog::add(PacketNumber number, TimePoint arrival) {
  if (number < floor_) return {};
  const PacketNumber expected = arrivals_.empty() ? floor_ : largest() + 1;
  const bool fresh = arrivals_.emplace(number, arrival).second;
  while (arrivals_.size() > kMaxKept) {
    floor_ = arrivals_.begin()->first + 1;
    arrivals_.erase(arrivals_.begin());
  }
  return {fresh, fresh && number > expected ? number - expected : 0};
}

void ReceiveLog::settle_below(PacketNumber oldest_unsettled) {
  if (oldest_unsettled <= floor_ || arrivals_.empty()) return;
  floor_ = std::min(oldest_unsettled, largest());  // the newest one stays: every ack needs a packet to name
  arrivals_.erase(arrivals_.begin(), arrivals_.lower_bound(floor_));
}

std::optional<TimePoint> ReceiveLog::newest_below(PacketNumber number) const {
  const auto next = arrivals_.lower_bound(number);
  if (next == arrivals_.begin()) return std::nullopt;
  return std::prev(next)->second;
}

void ReceiveLog::describe(Ack& ack, TimePoint now) const {
  SKIRRET_CHECK(!arrivals_.empty());
  ack.ranges.clear();
  ack.earlier.clear();
  ack.floor = floor_;
  const TimePoint newest = arrivals_.rbegin()->second;
  ack.newest_arrival = to_wire(newest);
  ack.hold = std::max(now - newest, Duration::zero());
  WireTime above = ack.newest_arrival;
  for (auto it = arrivals_.rbegin(); it != arrivals_.rend(); ++it) {
    const PacketNumber number = it->first;
    if (!ack.ranges.empty() && ack.ranges.back().first == number + 1) {
      ack.ranges.back().first = number;
    } else if (ack.ranges.size() < kMaxAckRanges) {
      ack.ranges.push_back({number, number});
    } else {
      ack.floor = ack.ranges.back().first;
      return;
    }
    if (it == arrivals_.rbegin()) continue;
    if (ack.earlier.size() + 1 < kMaxAckArrivals) {
      const WireTime arrival = to_wire(it->second);
      ack.earlier.push_back(ticks_between(arrival, above));
      above = arrival;
    }
  }
}

}  // namespace skirret::transport
