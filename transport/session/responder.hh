#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "codec/base/time.hh"
#include "transport/crypto/identity.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/address.hh"
#include "transport/session/handshake_keys.hh"
#include "transport/session/sealed_channel.hh"
#include "transport/wire/handshake_messages.hh"

namespace skirret::transport {

// The listener's half of the handshake: answers callers, and lets one of them at a time have the session.
// Owns no socket and no clock. It does not own the session either: it hands the channel out and only
// remembers whose turn it is, so the program tells it when the peer was heard (heard) and when the session
// is over (release: a Close arrived or was sent).
//
//   an authentic hello while …               is answered         and leaves
//   no session                               accepted            a pending handshake
//   a session that the hello names           held                nothing
//   another, heard lately                    busy (+ how long)   nothing
//   another, silent for kTakeoverSilence     accepted            a pending handshake
//
// A caller from the host that the session's peer is on has to wait for kSameHostSilence only: most likely it
// is the same program, restarted.
//
//   the first sealed packet of a pending handshake (the proof that the caller read the reply)
//   no session, or not heard since the hello   Established; the other pending ones are forgotten
//   the session was heard since the hello      the pending handshake is dropped, the session stays
//
// Who holds the link's secret is a stranger still, and who lacks it gets no byte back:
// - a datagram of the wrong size, version or kind costs a comparison; a hello without the link's secret costs
//   one keyed hash (HelloMac); only then comes Diffie-Hellman;
// - a reply is smaller than the hello that asked for it, and goes where the hello came from;
// - a replayed hello cannot finish: the session key also needs the caller's ephemeral private key, and the
//   listener's fresh one differs each time. All it could do is take a place among the pending, and that once
//   only: hellos that finished, expired or were pushed out are remembered and met with silence;
// - neither a hello nor a pending handshake moves a session that is heard.
class Responder {
 public:
  static constexpr std::size_t kMaxPending = 16;  // one more pushes out the oldest
  static constexpr Duration kPendingLifetime = std::chrono::seconds(10);
  static constexpr Duration kTakeoverSilence = std::chrono::seconds(3);
  static constexpr Duration kSameHostSilence = std::chrono::milliseconds(400);
  static constexpr std::size_t kRemembered = 1024;  // hellos that are never answered again

  struct Counters {
    std::uint64_t foreign = 0;      // no datagram of ours: size, version, kind, unknown session
    std::uint64_t unauthentic = 0;  // wrong key, or changed on the way
    std::uint64_t replayed = 0;     // hellos that had their turn
    std::uint64_t accepted = 0;     // hellos that became pending
    std::uint64_t repeated = 0;     // hellos of a pending handshake, answered with the same bytes
    std::uint64_t busy = 0;
    std::uint64_t held = 0;
    std::uint64_t expired = 0;  // pending handshakes that came to nothing: no proof in time, or pushed out
    std::uint64_t established = 0;
  };

  struct Nothing {};     // consumed; poll() may have an answer
  struct ForSession {};  // a data packet that names the current session: hand it to that session's channel
  struct Established {
    SealedChannel channel;
    Address peer;
    Opened first;  // the packet that was the proof; already opened, treat it as the session's first
  };
  using Received = std::variant<Nothing, ForSession, Established>;

  Responder(Identity identity, RandomSource& random);

  Received receive(Bytes datagram, const Address& from, TimePoint now);
  void tick(TimePoint now);         // forgets pending handshakes that got too old
  TimePoint next_deadline() const;  // kNever while nothing is pending

  std::vector<Datagram> poll();  // hands over what is to be sent now

  void heard(const Address& peer,
             TimePoint now);  // the current session opened a packet of its peer, who is there
  void release();             // the current session is over: the next caller may come at once

  bool has_session() const { return session_.has_value(); }
  std::size_t pending() const { return pending_.size(); }
  const Counters& counters() const { return counters_; }

 private:
  using Ephemeral = std::array<std::uint8_t, 32>;

  struct Pending {
    Ephemeral caller;
    SealedChannel channel;
    ByteVector reply;  // for a repeated hello: the same bytes, the same keys
    TimePoint since;
  };
  struct Session {
    SessionId id;
    SessionToken token;
    Address peer;
    TimePoint heard;
  };

  void receive_hello(Bytes datagram, const Address& from, TimePoint now);
  Received receive_data(Bytes datagram, const Address& from, TimePoint now);
  ReplyPayload decide(const HelloPayload& hello, const Address& from, TimePoint now) const;
  void answer(const Hello& hello, const Ephemeral& caller, const Address& from, TimePoint now);
  void remember(const Ephemeral& caller);
  void drop(const std::deque<Pending>::iterator& pending);

  Identity identity_;
  HelloMac hello_mac_;
  RandomSource& random_;
  std::deque<Pending> pending_;       // oldest first
  std::deque<Ephemeral> remembered_;  // oldest first
  std::optional<Session> session_;
  std::vector<Datagram> outgoing_;
  Counters counters_;
};

}  // namespace skirret::transport
