#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "transport/pacing/pacer.hh"
#include "transport/packetizer/packetizer.hh"
#include "transport/packetizer/path_mtu.hh"
#include "transport/parity/parity_policy.hh"
#include "transport/rate/budget_forecast.hh"
#include "transport/rate/probe_schedule.hh"
#include "transport/rate/rate_controller.hh"
#include "transport/recovery/sent_packets.hh"
#include "transport/recovery/state_ledger.hh"
#include "transport/session/peer_path.hh"
#include "transport/session/sealed_channel.hh"
#include "transport/session/send_session.hh"

namespace skirret::transport {

// The sender's protocol on one sealed channel, from the handshake to the end of that channel; SendSession
// puts the handshakes around it. Frames are cut into fragments, with parity rows where packets get lost, that
// wait for the pacer; what goes out first: repairs, then frames in order, then probes, then pings.
//
// A frame whose lost packets the parity on its way makes up for is left alone. One that cannot become whole
// is broken: what comes next is coded from a state that is held, and it is repaired meanwhile if that may be
// the quicker way (worth_repairing).
class SendStream {
 public:
  SendStream(SealedChannel channel, const Address& peer, const SendConfig& config, Duration round_trip,
             RandomSource& random, TimePoint now);

  bool receive(Bytes datagram, const Address& from, TimePoint arrival);  // true: authentic and new
  void tick(TimePoint now);
  std::optional<Datagram> poll(TimePoint now);
  TimePoint next_deadline(TimePoint now) const;

  SourceChoice source(TimePoint now) const;
  std::optional<SourceChoice> second_source(TimePoint now) const;
  SourceOdds odds(FrameNumber source, TimePoint now) const;
  bool may_code_in_doubt(FrameNumber frame) const {
    return ledger_.may_code_from(frame) || (frame != 0 && frame == ledger_.mending_tip());
  }
  // A newer picture is there: a frame that still waits for the pacer and has become late is not sent to its
  // end.
  void abandon_late(TimePoint now);
  // The machine slept, or the path changed: nothing that was measured holds.
  void start_anew(Duration round_trip, TimePoint now);
  SizeForecast forecast(TimePoint now);
  std::size_t budget(TimePoint now) const;
  std::size_t budget_for_choice(TimePoint now);  // the same, and the forecast learns from it
  bool probe_wanted(TimePoint now) const;
  std::size_t probe_size() const { return ProbeSchedule::size(probe_capacity(), probe_load()); }
  // Of the base datagram: what is silent may be a path that does not carry longer ones any more.
  std::size_t probe_capacity() const { return base_capacity_; }
  Result<void> send_frame(const FrameToSend& frame, TimePoint now);

  void set_state(FrameNumber number, StateId state);

  StateLedger& ledger() { return ledger_; }
  const StateLedger& ledger() const { return ledger_; }

  void close(CloseReason reason, const std::string& text);  // queues the message; poll() gives it
  bool drained() const { return farewell_.empty(); }
  std::optional<Close> closed_by_peer() const { return closed_by_peer_; }

  TimePoint heard() const { return heard_; }
  std::optional<TimePoint> awaiting_since() const { return sent_.oldest_sent_in_flight(); }
  Duration round_trip() const { return rate_.base_round_trip(); }
  const Address& peer() const { return path_.address(); }
  const SessionToken& token() const { return channel_.token(); }
  std::vector<SendEvent> take_events();
  void add_to(SendStats& stats, TimePoint now) const;

 private:
  struct Waiting {  // a part of a frame (a fragment, or after those a parity row) in front of the pacer
    FrameNumber frame = 0;  // 0: padding behind one
    std::uint32_t part = 0;
    bool train_first = false;
    bool train_last = false;
    std::size_t reserved = 0;  // wire bytes, counted as in flight
  };
  struct Outgoing {  // a frame whose bytes may have to be sent again
    FrameNumber source = 0;
    ByteVector bytes;
    TimePoint sent{};
    bool app_limited = false;
    bool probe = false;
    bool any_size = false;            // its encoder cannot go back
    FrameLayout layout;               // its rows grow with repairs
    std::uint32_t handed = 0;         // parts handed to the pacer, repairs counted again
    std::uint32_t lost = 0;           // of these
    std::vector<std::uint32_t> gone;  // the parts lost and not sent again
    bool given_up = false;            // it will not be repaired
    bool key_frame() const { return source == 0; }

    // Parts that have to be sent so that it can still become whole; any others serve as well.
    std::uint32_t deficit() const {
      return layout.fragments + lost > handed ? layout.fragments + lost - handed : 0;
    }
  };

  void take_ack(Bytes payload, TimePoint now);
  void take_path_challenge(Bytes payload, const Address& from, TimePoint now);
  void take_path_response(Bytes payload, const Address& from, TimePoint now);
  void mind_sizes(const AckOutcome& outcome, TimePoint now);
  void mind_lost_sizes(const std::vector<SentPacket>& lost, TimePoint now);
  void use_size(std::size_t datagram);
  bool fits_path(const Outgoing& frame) const;
  double whole_odds(FrameNumber number, const Outgoing& frame) const;
  double chain_odds(FrameNumber frame) const;
  void abandon(FrameNumber number);
  void drop_useless_repairs(TimePoint now);
  void take_lost(const std::vector<SentPacket>& lost, TimePoint now);
  void mind_lost(FrameNumber number, Outgoing& frame, TimePoint now);
  bool worth_repairing(FrameNumber number, const Outgoing& frame, TimePoint now) const;
  void repair(FrameNumber number, Outgoing& frame);
  FrameLayout layout_for(const FrameToSend& frame, bool probe, TimePoint now) const;
  void pad(std::size_t behind, TimePoint now);
  ByteVector write_part(const Waiting& waiting, const Outgoing& frame, TimePoint now) const;
  void note_changes(const std::vector<StateLedger::Change>& changes);
  void forget_frames(TimePoint now);

  Datagram seal_next(std::deque<Waiting>& queue, TimePoint now);
  Datagram seal_control(PacketKind kind, TimePoint now, std::size_t payload = 64);
  std::optional<Datagram> poll_path(TimePoint now);
  TimePoint size_probe_due(TimePoint now) const;
  Datagram seal(PacketKind kind, Bytes payload, const SentPacket& packet, TimePoint now);
  SenderNotes notes(TimePoint now) const;
  std::size_t in_flight() const { return sent_.bytes_in_flight() + waiting_bytes_; }
  bool may_resend(TimePoint now) const;
  ProbeSchedule::Load probe_load() const;
  TimePoint probe_due() const;
  TimePoint ping_due() const;

  SendConfig config_;
  SealedChannel channel_;
  PeerPath path_;
  PathMtu mtu_;
  Packetizer packetizer_;
  std::size_t base_capacity_;  // of a datagram that every path carries
  RateController rate_;
  Pacer pacer_;
  ProbeSchedule probes_;
  SentPackets sent_;
  StateLedger ledger_;
  ParityPolicy parity_;

  std::map<FrameNumber, Outgoing> frames_;
  std::deque<Waiting> waiting_;
  std::deque<Waiting> resends_;
  std::size_t waiting_bytes_ = 0;  // reserved by waiting_ and resends_

  std::deque<ByteVector> farewell_;
  std::uint64_t marked_ = 0;  // as the newest ack tells
  std::optional<Close> closed_by_peer_;
  PacketNumber newest_heard_ = 0;
  std::uint64_t newest_ack_ = 0;
  TimePoint heard_;
  TimePoint last_sent_{};
  bool greeted_ = false;  // the first packet, which proves that we read the reply, is out
  BudgetForecast forecast_;
  std::optional<TimePoint> forecast_at_;
  std::size_t forecast_bytes_ = 1;
  Duration coding_time_ = std::chrono::milliseconds(10);  // between a forecast and its frame, as learnt
  std::vector<SendEvent> events_;
  SendStats counters_;
};

}  // namespace skirret::transport
