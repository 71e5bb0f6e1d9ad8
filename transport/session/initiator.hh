#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "transport/crypto/identity.hh"
#include "transport/crypto/noise_nkpsk0.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/address.hh"
#include "transport/session/sealed_channel.hh"

namespace skirret::transport {

// The caller's half of the handshake (Noise_NKpsk0, one round trip). Owns no socket and no clock.
//
//   state         event              next         does
//   calling       start              calling      sends a hello
//   calling       repeat time        calling      sends it again, each kFreshHello a fresh one
//   calling       reply "accepted"   established  take() gives the channel
//   calling       reply "busy"       busy         waits as long as the listener said
//   calling       reply "held"       held         the old session stands (only when `held` was given)
//   calling       timeout            failed       error(): no answer
//   busy          retry time         busy         sends a fresh hello, then all as in calling
//   busy          timeout            failed       error(): another caller has the listener
//
// After `established` the caller's first sealed packet is also the proof that it read the reply; until one
// arrives the listener has no session. Datagrams that do not authenticate change nothing.
//
// A sender runs a second Initiator beside its old channel when acknowledgements stay out (some 600 ms),
// with `held` = the old channel's token and timeout = Duration::max(): a listener that still has the session
// answers "held" (then nothing is to be done), one that was restarted answers "accepted" (then the new
// channel replaces the old one, with a key frame). It is dropped as soon as the old channel hears again.
class Initiator {
 public:
  enum class Status { kCalling, kBusy, kHeld, kEstablished, kFailed };

  static constexpr Duration kFirstRepeat = std::chrono::milliseconds(250);
  static constexpr Duration kSlowestRepeat = std::chrono::seconds(1);
  // Beside a session, while the listener may be starting up; no oftener, because on a path that carries a
  // packet a second hellos would take what frames need.
  static constexpr Duration kBesideRepeat = std::chrono::milliseconds(600);
  static constexpr Duration kEager = std::chrono::seconds(2);       // then less often, up to kSlowestRepeat
  static constexpr Duration kFreshHello = std::chrono::seconds(5);  // under Responder::kPendingLifetime

  struct Options {
    Duration timeout = std::chrono::seconds(10);  // Duration::max(): never gives up
    std::optional<SessionToken> held;             // of the session that the caller believes to have
    std::string peer_name;  // for messages, "HOST:PORT" as the user wrote it; empty: the address
  };

  struct Established {
    SealedChannel channel;
    Address peer;
    Duration round_trip;  // of hello and reply; an upper bound when the hello had to be repeated
  };

  Initiator(CallSecret secret, const Address& peer, Options options, RandomSource& random, TimePoint now);

  void receive(Bytes datagram, const Address& from, TimePoint now);
  void tick(TimePoint now);         // does what is due
  TimePoint next_deadline() const;  // kNever once the status is final

  std::vector<Datagram> poll();  // hands over what is to be sent now

  Status status() const { return status_; }
  // For kFailed: kNotFound "no answer from HOST:PORT: is it running, is the link complete?", or kAuth when
  // the listener kept saying that it has another caller.
  const std::optional<Error>& error() const { return error_; }
  std::optional<Established> take();                  // once, when kEstablished
  std::uint64_t ignored() const { return ignored_; }  // datagrams that were no answer to our hello

 private:
  void start_hello(TimePoint now);
  void send_hello(TimePoint now);
  void finish(Status status);
  void give_up();

  CallSecret secret_;
  Address peer_;
  Options options_;
  RandomSource& random_;
  Status status_ = Status::kCalling;
  std::optional<NoiseInitiator> noise_;
  ByteVector hello_;
  TimePoint first_sent_;
  TimePoint began_;
  TimePoint next_send_;
  TimePoint give_up_at_;
  Duration repeat_ = kFirstRepeat;
  std::vector<Datagram> outgoing_;
  std::optional<Established> established_;
  std::optional<Error> error_;
  std::uint64_t ignored_ = 0;
};

}  // namespace skirret::transport
