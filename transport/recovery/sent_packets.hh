#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "codec/base/time.hh"
#include "transport/wire/ack.hh"

namespace skirret::transport {

enum class PacketKind : std::uint8_t { kData, kProbe, kPing, kSizeProbe, kPadding };

struct SentPacket {
  PacketNumber number = 0;
  PacketKind kind = PacketKind::kData;
  TimePoint sent{};
  std::size_t wire_bytes = 0;
  std::size_t in_flight = 0;  // all wire bytes in flight when it was sent, its own among them
  FrameNumber frame = 0;      // for kData
  std::uint32_t fragment = 0;
  bool train_first = false;
  bool app_limited = false;
  bool left_path = false;  // it went over a path that was left since: no measure of the one in use
};

struct DeliveredPacket {
  SentPacket packet;
  // On the receiver's clock from an origin of its own, unwrapped; none when the ack had no room for it.
  std::optional<Duration> arrival;
};

// What one ack changed.
struct AckOutcome {
  std::vector<DeliveredPacket> delivered;  // in order of packet number
  std::vector<SentPacket> lost;
  std::optional<Duration> rtt;  // of the newest packet, without the peer's hold time
  std::size_t late = 0;         // thought lost, came after all (counted in delivered too)
};

// The sender's account of packets: in flight, delivered or lost. A packet is lost only when a later one has
// been delivered: kReorderPackets later at once (after a reordering window, once reordering was seen), or one
// that was sent a reordering window later, or any later one such a window ago (as RACK does, RFC 8985).
// Silence alone loses nothing: what waits in a queue through an outage stays in flight.
class SentPackets {
 public:
  static constexpr std::uint64_t kReorderPackets = 3;
  static constexpr std::size_t kMaxTracked = 16384;  // older ones count as lost

  void sent(const SentPacket& packet);
  AckOutcome acked(const Ack& ack, TimePoint now);
  // Packets whose reordering window ends by now.
  std::vector<SentPacket> overdue(TimePoint now);
  TimePoint next_overdue() const { return next_overdue_; }

  std::size_t bytes_in_flight() const { return bytes_in_flight_; }
  std::size_t packets_in_flight() const { return in_flight_.size(); }
  std::size_t probes_in_flight() const { return probes_; }
  // Packets of a frame that did not come where later ones did, and may still: they are not taken for lost
  // yet.
  std::size_t doubtful(FrameNumber frame) const;
  std::optional<TimePoint> oldest_sent_in_flight() const;
  PacketNumber oldest_unsettled(PacketNumber next_number) const;
  // A probe that an outage has outlived, so that a new one may take its place: it counts as lost.
  std::optional<SentPacket> give_up_oldest_probe();
  // The path has changed: what is on its way over the old one may still arrive or be lost, but is in nobody's
  // way on the new one.
  void leave_path();
  double reorder_window_ms() const { return to_ms(reorder_window_); }

 private:
  void deliver(PacketNumber number, std::optional<Duration> arrival, AckOutcome& outcome);
  void settle(std::map<PacketNumber, SentPacket>::iterator it);
  Duration unwrap(WireTime time);
  std::vector<SentPacket> detect_losses(TimePoint now);

  std::map<PacketNumber, SentPacket> in_flight_;
  std::map<PacketNumber, SentPacket> presumed_lost_;  // kept a while, to recognise reordering
  std::size_t bytes_in_flight_ = 0;
  std::size_t probes_ = 0;

  bool any_acked_ = false;
  PacketNumber largest_acked_ = 0;
  TimePoint largest_acked_sent_{};
  PacketNumber floor_ = 0;  // of the newest ack: below it nothing is known
  Duration reorder_window_{};
  Duration smoothed_rtt_ = std::chrono::milliseconds(100);
  TimePoint next_overdue_ = kNever;
  std::map<PacketNumber, TimePoint> gap_seen_;  // in flight below largest: since when

  std::optional<WireTime> last_wire_;
  std::int64_t last_ticks_ = 0;
};

}  // namespace skirret::transport
