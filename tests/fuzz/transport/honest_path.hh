#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "codec/base/time.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/data_packet.hh"

namespace skirret::transport {

// A fast path with a receiver behind it that tells the truth: it acknowledges what the path carried, when
// that arrived, and the frames that are whole and hang on whole ones.
class HonestPath {
 public:
  static constexpr Duration kDelay = std::chrono::milliseconds(10);
  static constexpr double kBytesPerSecond = 12e6;

  // What is longer than `longest` bytes is swallowed, and of the rest one packet in `lost_each` (0: none).
  void set(std::size_t longest, std::size_t lost_each) {
    longest_ = longest;
    lost_each_ = lost_each;
  }

  void carry(PacketNumber number, std::size_t datagram, Bytes payload, TimePoint now) {
    if (datagram > longest_ || (lost_each_ > 0 && ++passing_ % lost_each_ == 0)) return;
    const Duration takes(static_cast<Duration::rep>(static_cast<double>(datagram) / kBytesPerSecond * 1e9));
    last_ = std::max(now + kDelay, last_ + takes);
    arrived_[number] = last_;
    while (arrived_.size() > kRemembered) arrived_.erase(arrived_.begin());
    if (const auto data = parse_data(payload)) take(*data);
  }

  // Nothing before anything has arrived.
  std::optional<Ack> ack(std::uint64_t serial, TimePoint now) const {
    Ack ack;
    ack.serial = serial;
    std::optional<TimePoint> above;
    for (auto packet = arrived_.rbegin(); packet != arrived_.rend(); ++packet) {
      const auto& [number, arrival] = *packet;
      if (arrival > now) continue;
      if (ack.ranges.empty() || number + 1 != ack.ranges.back().first) {
        if (ack.ranges.size() == kMaxAckRanges) break;
        ack.ranges.push_back({number, number});
      }
      ack.ranges.back().first = number;
      if (!above) {
        ack.newest_arrival = to_wire(arrival);
        ack.hold = now - arrival;
      } else if (ack.earlier.size() + 1 < kMaxAckArrivals) {
        ack.earlier.push_back(ticks_between(to_wire(arrival), to_wire(*above)));
      }
      above = arrival;
    }
    if (!above) return std::nullopt;
    ack.floor = ack.ranges.back().first;
    ack.max_states = 64;
    ack.max_megabytes = 256;
    for (auto frame = held_.rbegin(); frame != held_.rend() && ack.frames.size() < kMaxFrames; ++frame)
      ack.frames.push_back({*frame, true, false, StateId{*frame}});
    return ack;
  }

 private:
  static constexpr std::size_t kRemembered = 300;  // packets
  static constexpr std::size_t kMaxFrames = 32;    // whole ones, and as many in parts

  struct Incoming {
    FrameNumber source = 0;
    std::size_t fragments = 0;
    std::set<std::uint32_t> parts;
  };

  void take(const DataPacket& data) {
    Incoming& incoming = incoming_[data.frame];
    incoming.source = data.source;
    incoming.fragments = data.fragments;
    incoming.parts.insert(data.fragment);
    for (const auto& [number, frame] : incoming_)
      if (frame.parts.size() >= frame.fragments && (frame.source == 0 || held_.contains(frame.source)))
        held_.insert(number);
    while (incoming_.size() > kMaxFrames) incoming_.erase(incoming_.begin());
    while (held_.size() > kMaxFrames) held_.erase(held_.begin());
  }

  std::size_t longest_ = SIZE_MAX;
  std::size_t lost_each_ = 0;
  std::size_t passing_ = 0;
  TimePoint last_{};
  std::map<PacketNumber, TimePoint> arrived_;
  std::map<FrameNumber, Incoming> incoming_;
  std::set<FrameNumber> held_;
};

}  // namespace skirret::transport
