#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/ids.hh"
#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "transport/crypto/identity.hh"
#include "transport/crypto/random_source.hh"
#include "transport/rate/rate_config.hh"
#include "transport/session/address.hh"
#include "transport/wire/control.hh"
#include "transport/wire/numbers.hh"

namespace skirret::transport {

struct SendConfig {
  std::string peer_name;                                    // "HOST:PORT" as the user wrote it, for messages
  std::size_t max_datagram = kMaxDatagram;                  // UDP payload, 300 … kMaxDatagram
  std::size_t longest_datagram = kLongestDatagram;          // up to which longer ones are tried on the path
  Duration frame_interval = std::chrono::milliseconds(33);  // how often the caller captures
  Duration call_timeout = std::chrono::seconds(10);         // until the first handshake has to be done
  Duration silence_timeout = std::chrono::seconds(60);  // nothing authentic from the peer for so long: closed
  // Silence where an answer is due, after which a second handshake is tried beside the session, to find a
  // receiver that restarted; at least two round trips.
  Duration redial_after = std::chrono::milliseconds(600);
  RateConfig rate;
};

// calling -> open -> closed, or calling -> closed. `closed` is final.
enum class SendPhase { kCalling, kOpen, kClosed };

// Aims for exploring candidates: bytes of one coded frame that the budget will probably allow at the moment
// of choosing. The budget itself is read later, with budget().
struct SizeForecast {
  std::size_t low = 0;
  std::size_t middle = 0;
  std::size_t high = 0;
};

// What the next frame is coded from.
struct SourceChoice {
  FrameNumber frame = 0;    // code from the state this frame led to; 0: a key frame is needed
  bool after_loss = false;  // it is not the last frame sent: what was sent since is lost or hangs on a loss

  bool key_frame() const { return frame == 0; }
  bool operator==(const SourceChoice&) const = default;
};

// What is to be expected of a frame that is coded from a certain source and sent now.
struct SourceOdds {
  double decodable = 1;  // the probability that all it hangs on is there when it arrives
  Duration wait{};       // for repairs that leave before it
  Duration repair{};     // later, if it is not decodable: how long until what replaces it can be there
};

struct FrameToSend {
  FrameNumber number = 0;  // above every number used before in this session
  FrameNumber source = 0;  // 0: a key frame
  Bytes bytes;             // 1 … the budget read at the same `now`, unless any_size
  TimePoint captured{};
  bool app_limited = false;  // a larger frame would have been sent had there been one
  bool in_doubt = false;     // chosen by odds(): the source may be one that is being repaired
  bool any_size = false;     // may be above the budget: for measuring encoders that cannot choose
};

struct SendEvent {
  enum class Kind {
    kOpened,         // first handshake done; a key frame is needed
    kPeerRestarted,  // a new session with a receiver that lost everything; a key frame is needed
    kAck,            // an ack was taken in (stats() has the figures)
    kDelivered,      // `frame` is held by the receiver, ids agree
    kLost,           // `frame` will not become a usable state: a packet of it, or its source, is lost
    kMismatch,       // `frame`: the receiver computed another id (or refused it); never used as a source
    kClosed,         // `text` says why
  };
  Kind kind = Kind::kAck;
  FrameNumber frame = 0;
  std::string text;
};

struct SendStats {
  std::size_t budget = 0;           // coded bytes; as the last budget() answered
  std::size_t bytes_in_flight = 0;  // datagram bytes with IP and UDP headers, neither delivered nor lost
  double capacity_bps = 0;          // middle estimate, bits of IP packets a second; 0 before the first
  double cautious_bps = 0;          // what budgets are made from
  Duration rtt{};                   // newest sample without the peer's hold time
  Duration base_rtt{};              // windowed minimum
  Duration queue_delay{};           // newest sample
  double loss = 0;                  // share of packets, over about the last 200
  bool competing = false;           // a rival fills the queue: the target delay is given up
  bool outage = false;              // nothing came back for longer than the link's normal
  FrameNumber oldest_needed = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_delivered = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t bytes_sent = 0;  // datagram bytes with IP and UDP headers
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_delivered = 0;
  std::uint64_t key_frames = 0;
  std::uint64_t fragments_resent = 0;  // parts of frames sent as repairs
  std::uint64_t parity_packets = 0;    // sent, in repairs too
  std::uint64_t probes = 0;
  std::uint64_t padding_packets = 0;   // behind frames too small to learn the capacity from
  std::size_t probes_outstanding = 0;  // at most 40
  std::uint64_t acks = 0;
  std::uint64_t mismatches = 0;
  std::uint64_t refused_datagrams = 0;  // not authentic, replayed or malformed
  std::uint64_t frames_abandoned = 0;   // the rest of them was not sent, for they had become late
  std::uint64_t moves = 0;              // of the receiver or of us, to another address
  std::uint64_t marked = 0;             // packets that came with a mark of congestion
  std::size_t datagram = 0;             // bytes that a datagram may have on this path
};

// The sender's whole protocol: handshake, sealing, rate, pacing, recovery. Owns no socket and no clock; every
// `now` is at least the one before. One round of a caller's loop:
//
//   receive() what came · tick(now) · while (poll(now)) send · [a frame was captured:]
//     source(now) -> analyse and code candidates around forecast(now) -> budget(now) -> send_frame() or skip
//   · take_events() · sleep until next_deadline()
//
// While budget() is 0 the frame is skipped. When probe_wanted() (look after each tick, before polling) the
// newest frame's best candidate within probe_size() may still go out if it was not sent, else its smallest if
// that fits probe_capacity(); else the poll that follows sends a small probe of the session's own.
class SendSession {
 public:
  SendSession(CallSecret secret, const Address& peer, SendConfig config, RandomSource& random, TimePoint now);
  ~SendSession();
  SendSession(SendSession&&) noexcept;
  SendSession& operator=(SendSession&&) noexcept;

  void receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn = Ecn::kNotCapable);
  void tick(TimePoint now);
  // The next datagram that may leave now; it is sealed, numbered and stamped in this call, so hand it to the
  // socket at once. Nothing: ask again at next_deadline().
  std::optional<Datagram> poll(TimePoint now);
  TimePoint next_deadline() const;  // kNever only when closed

  SourceChoice source(TimePoint now);
  // In doubt (packets are missing that may still come or are being repaired): another source that may turn
  // out better. Candidates from both are compared by odds() when one of them is to be sent.
  std::optional<SourceChoice> second_source(TimePoint now) const;
  SourceOdds odds(FrameNumber source, TimePoint now) const;
  bool may_code_in_doubt(FrameNumber frame) const;  // as may_code_from(), for either of the two
  SizeForecast forecast(TimePoint now);
  // Bytes of coded frame that may be sent now; headers, sealing, IP and UDP are already taken off. 0: wait.
  std::size_t budget(TimePoint now);
  bool probe_wanted(TimePoint now) const;
  std::size_t probe_size() const;      // coded bytes that a probe's frame should have at most
  std::size_t probe_capacity() const;  // coded bytes that fit one packet

  // Errors (kInvalid), and nothing is sent: not open, number not above the last, bytes above budget (or, with
  // probe_wanted(), above probe_capacity()), a source that the receiver may not hold.
  Result<void> send_frame(const FrameToSend& frame, TimePoint now);

  // The id of the state that a sent frame leads to, as the sender computed it: told once, soon after
  // send_frame() (the frame is on its way while it is still being reconstructed). Until then the frame is no
  // source, and the receiver's ids for it wait to be compared.
  void set_state(FrameNumber number, StateId state, TimePoint now);

  // True while the state of this frame may still be asked for by source(). Others may be forgotten.
  bool needs_state(FrameNumber frame) const;
  // The caller's size or source changed: the next source() asks for a key frame. Older states stay usable
  // until that key frame is acknowledged: a frame from may_code_from() states is accepted meanwhile.
  void want_key_frame();
  bool may_code_from(FrameNumber frame) const;

  // The machine slept and goes on now, by a clock that may have stood still meanwhile. (A `now` that leaps by
  // seconds is noticed anyway.)
  void resumed(TimePoint now);

  void close(CloseReason reason, const std::string& text, TimePoint now);  // poll() what is left, then stop

  SendPhase phase() const;
  const std::string& closed_because() const;  // empty unless closed
  std::vector<SendEvent> take_events();
  SendStats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skirret::transport
