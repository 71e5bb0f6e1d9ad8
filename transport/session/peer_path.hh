#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "codec/base/time.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/address.hh"
#include "transport/session/sealed_channel.hh"
#include "transport/wire/path.hh"

namespace skirret::transport {

// Where the peer is, and when a move of it is believed. Only authentic packets are told to it.
//
//   state    the highest packet number so far comes from    next
//   settled  elsewhere                                      asked: a random challenge goes there
//   settled  the old path, within kKeptRoundTrips           settled there again, nothing asked
//   asked    a third address                                asked there, with a new challenge
//   asked    the address in use                             settled: nothing has moved
//
//   asked    and the challenge comes back from there        settled there; the old path is kept
//   asked    and kAttempts challenges stay unanswered       settled where it was
//
// To an address that was not settled on go challenges only, and never more than kAmplification times the
// bytes that came from there: a captured packet sent on from a forged address draws hardly anything to that
// address, and what the peer sends afterwards ends it.
//
// The other way round, the peer's own challenge says that it saw us elsewhere: it is answered to where it
// came from, once each, a few at most waiting to leave.
class PeerPath {
 public:
  static constexpr std::size_t kAmplification = 3;
  static constexpr int kAttempts = 6;
  static constexpr std::size_t kMaxAnswers = 4;
  static constexpr int kKeptRoundTrips = 3;
  static constexpr Duration kRepeat = std::chrono::milliseconds(200);  // the first one; each doubles it
  static constexpr std::size_t kChallengeDatagram = SealedChannel::kOverhead + kPathMessageBytes;

  PeerPath(const Address& peer, RandomSource& random) : peer_(peer), random_(&random) {}

  const Address& address() const { return peer_; }

  // A packet of so many datagram bytes; `newest`: its number is the highest so far. True: the peer is back on
  // its old path.
  bool heard(const Address& from, std::size_t bytes, bool newest, TimePoint now);

  // The peer asks whether we are at the address that it saw us at.
  enum class Challenged {
    kFirst,    // we have moved, and it is the first to tell
    kAgain,    // that move was asked about before: one value is one move
    kRefused,  // too many wait for their answer
  };
  Challenged challenged(const PathChallenge& challenge, const Address& from);

  // What is to be sent now, answers first; the channel is not exhausted.
  std::optional<Datagram> poll(SealedChannel& channel, TimePoint now);
  TimePoint next_deadline() const;  // of poll(); kNever: nothing to say

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
  struct Answer {
    Address to;
    PathResponse response;
  };

  std::optional<Datagram> question(SealedChannel& channel, TimePoint now);
  void ask(const Address& at, std::size_t received, TimePoint now);
  void move_to(const Address& at, TimePoint now);
  bool may_ask() const { return asked_->sent + kChallengeDatagram <= kAmplification * asked_->received; }

  Address peer_;
  RandomSource* random_;
  std::optional<Asked> asked_;
  std::optional<Old> old_;
  std::deque<Answer> answers_;
  std::optional<std::uint64_t> answered_;  // the newest challenge's value
  Duration round_trip_{};
  std::uint64_t moves_ = 0;
};

}  // namespace skirret::transport
