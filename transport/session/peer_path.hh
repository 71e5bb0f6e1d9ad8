#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "codec/base/time.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/address.hh"
#include "transport/session/sealed_channel.hh"
#include "transport/wire/path.hh"

namespace skirret::transport {

// Where the peer is, and when a move of it is believed. Only authentic packets are told to it.
//
//   state     event                                                       next, and what is done
//   settled   the highest packet number so far comes from elsewhere       asked: a random challenge goes
//   there asked     a yet higher one comes from a third address                 asked there, with a new
//   challenge asked     a yet higher one comes from the address in use              settled: nothing has
//   moved asked     the challenge comes back from the address asked             settled there; the old path
//   is kept asked     kAttempts challenges stay unanswered                        settled where it was
//   settled   within kKeptRoundTrips of a move, the highest one comes     settled there again, nothing asked
//             from the old path
//
// To an address that was not settled on go challenges only, and never more than kAmplification times the
// bytes that came from there: a captured packet sent on from a forged address draws hardly anything to that
// address, and what the peer sends afterwards ends it.
class PeerPath {
 public:
  static constexpr std::size_t kAmplification = 3;
  static constexpr int kAttempts = 6;
  static constexpr int kKeptRoundTrips = 3;
  static constexpr Duration kRepeat = std::chrono::milliseconds(200);  // the first one; each doubles it
  static constexpr std::size_t kChallengeDatagram = SealedChannel::kOverhead + kPathMessageBytes;

  PeerPath(const Address& peer, RandomSource& random) : peer_(peer), random_(&random) {}

  const Address& address() const { return peer_; }

  // A packet of so many datagram bytes; `newest`: its number is the highest so far. True: the peer is back on
  // its old path.
  bool heard(const Address& from, std::size_t bytes, bool newest, TimePoint now);

  struct Question {
    Address to;
    PathChallenge challenge;
  };
  std::optional<Question> question(TimePoint now);  // to be sent now
  TimePoint next_deadline() const;                  // kNever: nothing to ask

  // True: the peer has moved, address() is its new one.
  bool answered(const PathResponse& response, const Address& from, TimePoint now);
  Duration round_trip() const { return round_trip_; }  // of the newest answer, at most

  bool asking() const { return asked_.has_value(); }
  std::uint64_t moves() const { return moves_; }

 private:
  struct Asked {
    Address at;
    PathChallenge challenge;
    std::size_t received = 0;  // datagram bytes from there
    std::size_t sent = 0;      // datagram bytes to there
    int attempts = 0;
    TimePoint since{};
    TimePoint next{};
  };
  struct Old {
    Address at;
    TimePoint until{};
  };

  void ask(const Address& at, std::size_t received, TimePoint now);
  void move_to(const Address& at, TimePoint now);
  bool may_ask() const { return asked_->sent + kChallengeDatagram <= kAmplification * asked_->received; }

  Address peer_;
  RandomSource* random_;
  std::optional<Asked> asked_;
  std::optional<Old> old_;
  Duration round_trip_{};
  std::uint64_t moves_ = 0;
};

}  // namespace skirret::transport
