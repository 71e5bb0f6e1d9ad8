#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/ids.hh"
#include "codec/base/time.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/address.hh"
#include "transport/session/sealed_channel.hh"
#include "transport/wire/control.hh"
#include "transport/wire/numbers.hh"

namespace skirret::transport {

struct ReceiveConfig {
  std::uint32_t max_states = 64;            // announced; 2 … 1024
  std::uint32_t max_state_megabytes = 256;  // announced
  Duration ack_delay =
      std::chrono::milliseconds(10);  // after an arrival, at the latest (rate limit permitting)
  Duration silence_timeout = std::chrono::seconds(60);  // nothing authentic for so long: closed
};

// A complete frame whose source state is held (or which is a key frame): decode it now from the state of
// `source`, then answer with frame_decoded() or frame_failed(). Comes once for each frame, sources before
// what hangs on them; late frames may have a smaller number than ones before and are no longer worth showing.
struct FrameReady {
  FrameNumber number = 0;
  FrameNumber source = 0;  // 0: a key frame
  ByteVector bytes;
  TimePoint first_arrival{};
  TimePoint arrival{};  // of the packet that completed it
};

// The state of this frame is needed no more; forget it.
struct StateDropped {
  FrameNumber number = 0;
};

// Packets are known to be missing; `recovered` at the next frame that becomes ready.
struct LossSeen {
  std::uint64_t packets = 0;  // newly missing
};

struct SessionClosed {
  enum class By { kPeer, kSilence, kUs } by = By::kPeer;
  CloseReason reason = CloseReason::kDone;
  std::string text;
};

using ReceiveEvent = std::variant<FrameReady, StateDropped, LossSeen, SessionClosed>;

struct ReceiveStats {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  // datagram bytes
  std::uint64_t packets_missing = 0;
  std::uint64_t acks_sent = 0;
  std::uint64_t ack_bytes = 0;
  std::uint64_t frames_complete = 0;
  std::uint64_t frames_decoded = 0;
  std::uint64_t frames_refused = 0;
  std::uint64_t malformed = 0;     // authentic, yet no message of ours
  std::uint64_t inconsistent = 0;  // fragments that disagree with their frame
  std::uint64_t duplicates = 0;
  std::uint64_t over_limits = 0;  // dropped at a cap of the reassembly
  std::size_t states_held = 0;
  std::uint64_t marked = 0;  // packets with a mark of congestion
  std::uint64_t moves = 0;   // of the sender, to another address
};

// The receiver's protocol on an accepted channel: reassembly, acks, the set of states held. The program owns
// the states; this names by frame number which of them exist, which may go, and tells the sender.
// The sender may move (PeerPath); while nothing comes, pings tell it where we are, who may have moved as
// well. Owns no socket and no clock. Receive, tick, poll and next_deadline as in SendSession.
class ReceiveSession {
 public:
  // `random` outlives the session.
  ReceiveSession(SealedChannel channel, const Address& peer, ReceiveConfig config, RandomSource& random,
                 TimePoint now);
  ~ReceiveSession();
  ReceiveSession(ReceiveSession&&) noexcept;
  ReceiveSession& operator=(ReceiveSession&&) noexcept;

  // True when the datagram was authentic and new.
  bool receive(Bytes datagram, const Address& from, TimePoint arrival, Ecn ecn = Ecn::kNotCapable);
  // The same for a packet that the handshake has opened already (Responder::Established::first).
  void receive_opened(const Opened& packet, const Address& from, TimePoint arrival,
                      Ecn ecn = Ecn::kNotCapable);
  void tick(TimePoint now);
  std::optional<Datagram> poll(TimePoint now);
  TimePoint next_deadline() const;  // kNever only when closed

  // `state_bytes`: what holding this state takes, for the announced cap.
  void frame_decoded(FrameNumber number, StateId state, std::size_t state_bytes, TimePoint now);
  void frame_failed(FrameNumber number, TimePoint now);
  bool holds(FrameNumber number) const;
  std::vector<FrameNumber> held() const;  // oldest first

  void resumed(TimePoint now);  // as SendSession's
  void close(CloseReason reason, const std::string& text, TimePoint now);
  bool closed() const;
  Address peer() const;  // where it is, as far as that was proven

  std::vector<ReceiveEvent> take_events();
  ReceiveStats stats() const;
  std::uint64_t refused_datagrams() const;  // not authentic

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skirret::transport
