#include "transport/recovery/sent_packets.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {
namespace {

constexpr std::size_t kMaxPresumed = 2048;

}  // namespace

void SentPackets::sent(const SentPacket& packet) {
  SKIRRET_CHECK(in_flight_.empty() || packet.number > in_flight_.rbegin()->first);
  in_flight_.emplace(packet.number, packet);
  bytes_in_flight_ += packet.wire_bytes;
  if (packet.kind == PacketKind::kProbe) ++probes_;
}

void SentPackets::settle(std::map<PacketNumber, SentPacket>::iterator it) {
  bytes_in_flight_ -= it->second.wire_bytes;
  if (it->second.kind == PacketKind::kProbe) --probes_;
  gap_seen_.erase(it->first);
  in_flight_.erase(it);
}

Duration SentPackets::unwrap(WireTime time) {
  if (last_wire_) last_ticks_ += ticks_between(*last_wire_, time);
  last_wire_ = time;
  return last_ticks_ * kWireTick;
}

// Moves one packet from the open accounts to the outcome, if it is there.
void SentPackets::deliver(PacketNumber number, std::optional<Duration> arrival, AckOutcome& outcome) {
  if (auto it = in_flight_.find(number); it != in_flight_.end()) {
    outcome.delivered.push_back({it->second, arrival});
    settle(it);
  } else if (auto late = presumed_lost_.find(number); late != presumed_lost_.end()) {
    outcome.delivered.push_back({late->second, arrival});
    presumed_lost_.erase(late);
    ++outcome.late;
  }
}

AckOutcome SentPackets::acked(const Ack& ack, TimePoint now) {
  AckOutcome outcome;
  if (const auto newest = in_flight_.find(ack.largest()); newest != in_flight_.end()) {
    if (!newest->second.left_path) outcome.rtt = std::max(now - newest->second.sent - ack.hold, Duration(1));
    largest_acked_sent_ = std::max(largest_acked_sent_, newest->second.sent);
  }
  // Arrival times come for each packet of the ranges, newest first, until they run out.
  Duration arrival = unwrap(ack.newest_arrival);
  std::size_t timed = 0;
  for (const PacketRange& range : ack.ranges) {
    for (PacketNumber number = range.last; timed <= ack.earlier.size(); --number) {
      if (timed > 0) arrival -= ack.earlier[timed - 1] * kWireTick;
      deliver(number, arrival, outcome);
      ++timed;
      if (number == range.first) break;
    }
  }
  // The rest by what we sent, not by what the ranges claim: they may be as long as a stranger likes.
  for (const auto* accounts : {&in_flight_, &presumed_lost_}) {
    std::vector<PacketNumber> untimed;
    for (const PacketRange& range : ack.ranges)
      for (auto it = accounts->lower_bound(range.first); it != accounts->end() && it->first <= range.last;
           ++it)
        untimed.push_back(it->first);
    for (const PacketNumber number : untimed) deliver(number, std::nullopt, outcome);
  }
  std::ranges::sort(outcome.delivered, {}, [](const DeliveredPacket& d) { return d.packet.number; });
  if (outcome.rtt) smoothed_rtt_ += (*outcome.rtt - smoothed_rtt_) / 8;
  if (outcome.late > 0) reorder_window_ = std::clamp(2 * reorder_window_, smoothed_rtt_ / 8, smoothed_rtt_);
  if (!any_acked_ || ack.largest() > largest_acked_) {
    any_acked_ = true;
    largest_acked_ = ack.largest();
    floor_ = ack.floor;
  }
  outcome.lost = detect_losses(now);
  return outcome;
}

std::vector<SentPacket> SentPackets::overdue(TimePoint now) {
  if (now < next_overdue_) return {};
  return detect_losses(now);
}

std::vector<SentPacket> SentPackets::detect_losses(TimePoint now) {
  std::vector<SentPacket> lost;
  next_overdue_ = kNever;
  if (!any_acked_) return lost;
  // A neighbour may still come by another way: the last ones before the largest get a moment, by when they
  // were sent or by when we heard; more of it on a path that was seen to reorder.
  const Duration short_wait =
      std::max<Duration>({smoothed_rtt_ / 16, reorder_window_, std::chrono::milliseconds(2)});
  for (auto it = in_flight_.lower_bound(floor_); it != in_flight_.end() && it->first < largest_acked_;) {
    const auto next = std::next(it);
    const TimePoint since = gap_seen_.try_emplace(it->first, now).first->second;
    const Duration wait = largest_acked_ - it->first >= kReorderPackets ? reorder_window_ : short_wait;
    if (now - since >= wait || largest_acked_sent_ - it->second.sent >= short_wait) {
      lost.push_back(it->second);
      presumed_lost_.insert(*it);
      settle(it);
    } else {
      next_overdue_ = std::min(next_overdue_, since + wait);
    }
    it = next;
  }
  while (in_flight_.size() > kMaxTracked) {
    lost.push_back(in_flight_.begin()->second);
    settle(in_flight_.begin());
  }
  while (presumed_lost_.size() > kMaxPresumed) presumed_lost_.erase(presumed_lost_.begin());
  return lost;
}

void SentPackets::leave_path() {
  for (auto* packets : {&in_flight_, &presumed_lost_}) {
    for (auto& [number, packet] : *packets) {
      packet.wire_bytes = 0;
      packet.left_path = true;
    }
  }
  bytes_in_flight_ = 0;
}

std::optional<TimePoint> SentPackets::oldest_sent_in_flight() const {
  if (in_flight_.empty()) return std::nullopt;
  return in_flight_.begin()->second.sent;
}

PacketNumber SentPackets::oldest_unsettled(PacketNumber next_number) const {
  return in_flight_.empty() ? next_number : in_flight_.begin()->first;
}

std::size_t SentPackets::doubtful(FrameNumber frame) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      gap_seen_, [&](const auto& gap) { return in_flight_.at(gap.first).frame == frame; }));
}

std::optional<SentPacket> SentPackets::give_up_oldest_probe() {
  for (auto it = in_flight_.begin(); it != in_flight_.end(); ++it) {
    if (it->second.kind != PacketKind::kProbe) continue;
    const SentPacket packet = it->second;
    presumed_lost_.insert(*it);
    settle(it);
    return packet;
  }
  return std::nullopt;
}

}  // namespace skirret::transport
