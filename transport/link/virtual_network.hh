#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/time.hh"
#include "transport/link/link.hh"

namespace skirret::transport {

// The two ends of a virtual network. kLeft sends over the forward link, kRight over the reverse one.
enum class Side : std::uint8_t { kLeft = 0, kRight = 1 };

constexpr Side other(Side side) {
  return side == Side::kLeft ? Side::kRight : Side::kLeft;
}

// A sans-I/O machine as the network drives it. Functions left empty are not called.
struct Endpoint {
  std::function<void(ByteVector datagram, TimePoint now)> receive;
  std::function<void(TimePoint now)> tick;                       // called at or after next_deadline
  std::function<std::optional<ByteVector>(TimePoint now)> poll;  // next datagram to send; until nullopt
  std::function<TimePoint()> next_deadline;                      // kNever: nothing to wait for
};

// Any object with receive(ByteVector or Bytes, now), tick(now), poll(now) and next_deadline() as an
// Endpoint; the object outlives the network.
template <class Machine>
Endpoint endpoint_of(Machine& machine) {
  return {[&machine](ByteVector datagram, TimePoint now) { machine.receive(std::move(datagram), now); },
          [&machine](TimePoint now) { machine.tick(now); },
          [&machine](TimePoint now) -> std::optional<ByteVector> { return machine.poll(now); },
          [&machine] { return machine.next_deadline(); }};
}

// Two machines, a link for each direction, and a queue of extra events (frames captured, options
// changed), all in virtual time: a run depends on nothing but its inputs. At each instant, in this
// order and again until nothing more happens: both links deliver (left first), extra events fire in
// the order in which they were added, due machines tick, and what they have to send enters the links.
class VirtualNetwork {
 public:
  VirtualNetwork(Link forward, Link reverse);

  void attach(Side side, Endpoint endpoint);  // may be replaced in mid-run: a program restarted
  void detach(Side side);                     // gone: its datagrams vanish, it sends nothing

  // Calls `event` at `when` (or now, if that has passed). It may add further events.
  void at(TimePoint when, std::function<void(TimePoint now)> event);
  // Calls it at `first` and then each `period` (above 0) for as long as it returns true.
  void every(TimePoint first, Duration period, std::function<bool(TimePoint now)> event);

  // Sees each datagram before it enters the link of the side that sent it; false drops it there
  // (unknown to the link's log). For tests that lose, count or record certain datagrams.
  void tap(std::function<bool(Side from, Bytes datagram, TimePoint now)> filter) {
    filter_ = std::move(filter);
  }

  // Puts a datagram in the link as if `from` had sent it: replays, forgeries, noise.
  void inject(Side from, ByteVector datagram);

  // Runs everything up to and including `end`; now() is `end` afterwards.
  void run_until(TimePoint end);
  TimePoint now() const { return now_; }
  Link& link(Side from) { return links_[static_cast<std::size_t>(from)]; }

 private:
  TimePoint next_instant() const;
  bool step();  // everything due now, once; false: there was nothing
  bool deliver(Side to);
  bool fire_events();
  bool tick(Side side);
  bool collect(Side side);
  void fire_repeatedly(TimePoint when, Duration period, std::function<bool(TimePoint)> event);

  TimePoint now_{};
  std::array<Link, 2> links_;  // by the side that sends
  std::array<Endpoint, 2> endpoints_;
  std::multimap<TimePoint, std::function<void(TimePoint)>> events_;
  std::function<bool(Side, Bytes, TimePoint)> filter_;
};

}  // namespace skirret::transport
