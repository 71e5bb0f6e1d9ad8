#pragma once

#include <array>
#include <cstdint>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "transport/crypto/replay_window.hh"
#include "transport/crypto/secret_bytes.hh"
#include "transport/session/address.hh"
#include "transport/wire/envelope.hh"

namespace skirret::transport {

// Names one session to the two that hold it; a caller shows it to ask "do you still have our session?".
using SessionToken = SecretBytes<32>;

// What a finished handshake leaves. `send` of one side is `receive` of the other.
struct SessionKeys {
  SecretBytes<32> send;
  SecretBytes<32> receive;
  SessionToken token;
  SessionId session_id = 0;
};

struct Opened {
  std::uint64_t number = 0;  // the packet's number in its direction, 0 for the first
  ByteVector payload;
};

// One session's sealing, both directions. Packet numbers count from 0 in each direction under a key of its
// own; every seal() takes a new one, also for content that was sent before. Not copyable: two copies would
// seal different packets under one number.
class SealedChannel {
 public:
  // Clear header and authentication tag: what a datagram is larger than its payload.
  static constexpr std::size_t kOverhead = DataHeader::kSize + 16;
  static constexpr std::size_t kMaxPayload = kLongestDatagram - kOverhead;
  // ChaCha20-Poly1305 is far from its bounds here; at 10,000 packets a second it is 3 years.
  static constexpr std::uint64_t kMaxPackets = std::uint64_t{1} << 40;

  struct Counters {
    std::uint64_t opened = 0;
    std::uint64_t failed = 0;    // not ours, or changed on the way
    std::uint64_t replayed = 0;  // authentic, but seen before or older than the replay window
  };

  explicit SealedChannel(SessionKeys keys);
  SealedChannel(SealedChannel&&) = default;
  SealedChannel& operator=(SealedChannel&&) = default;
  SealedChannel(const SealedChannel&) = delete;
  SealedChannel& operator=(const SealedChannel&) = delete;

  // The whole datagram. payload.size() <= kMaxPayload and !exhausted(), both checked.
  ByteVector seal(Bytes payload);
  std::uint64_t next_packet_number() const { return next_number_; }  // that the next seal() will use
  bool exhausted() const { return next_number_ >= kMaxPackets; }     // then only a new session helps

  // Authenticates, then looks into the replay window (ReplayWindow::kSize packets). Errors: kTruncated,
  // kMalformed (no data packet of this session), kAuth (not sealed by the peer, or replayed). An error
  // changes nothing but counters().
  Result<Opened> open(Bytes datagram);

  SessionId session_id() const { return keys_.session_id; }
  const SessionToken& token() const { return keys_.token; }
  const Counters& counters() const { return counters_; }

 private:
  SessionKeys keys_;
  std::uint64_t next_number_ = 0;
  ReplayWindow received_;
  Counters counters_;
};

}  // namespace skirret::transport
