#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/time.hh"
#include "transport/link/link.hh"
#include "transport/session/address.hh"

namespace skirret::transport {

// The two ends of a virtual network. kLeft sends over the forward link, kRight over the reverse one.
enum class Side : std::uint8_t { kLeft = 0, kRight = 1 };

constexpr Side other(Side side) {
  return side == Side::kLeft ? Side::kRight : Side::kLeft;
}

// A sans-I/O machine as the network drives it. Functions left empty are not called.
struct Endpoint {
  std::function<void(ByteVector datagram, const Address& from, TimePoint now)> receive;
  std::function<void(TimePoint now)> tick;                     // called at or after next_deadline
  std::function<std::optional<Datagram>(TimePoint now)> poll;  // the next to send; until nullopt
  std::function<TimePoint()> next_deadline;                    // kNever: nothing to wait for
};

// An object with receive(ByteVector or Bytes, from, now), tick(now), poll(now) -> optional<Datagram> and
// next_deadline() as an Endpoint. The object outlives the network, or is detached first.
template <class Machine>
Endpoint endpoint_of(Machine& machine) {
  return {[&machine](ByteVector datagram, const Address& from, TimePoint now) {
            machine.receive(std::move(datagram), from, now);
          },
          [&machine](TimePoint now) { machine.tick(now); },
          [&machine](TimePoint now) -> std::optional<Datagram> { return machine.poll(now); },
          [&machine] { return machine.next_deadline(); }};
}

// Two machines, a link for each direction, and a queue of extra events (frames captured, options
// changed), all in virtual time: a run depends on nothing but its inputs. At each instant, in this
// order and again until nothing more happens: both links deliver (left first), extra events fire in
// the order in which they were added, due machines tick, and what they have to send enters the links.
class VirtualNetwork {
 public:
  VirtualNetwork(Link forward, Link reverse);

  // May be replaced in mid-run: a program restarted. Several programs may share a side, its address and its
  // link; each in its `slot`. All of a side's programs get all that arrives there, and ignore what is not
  // sealed for them.
  void attach(Side side, Endpoint endpoint, std::size_t slot = 0);
  void detach(Side side, std::size_t slot = 0);  // gone: its datagrams vanish, it sends nothing

  // Where a side is: 10.0.0.1:1000 (left) and 10.0.0.2:2000 (right) at first. A change is roaming: later
  // datagrams come from the new address, and those sent to the old one vanish before the link.
  const Address& address(Side side) const { return addresses_[side_index(side)]; }
  void set_address(Side side, const Address& address) { addresses_[side_index(side)] = address; }

  // Calls `event` at `when` (or now, if that has passed). It may add further events.
  void at(TimePoint when, std::function<void(TimePoint now)> event);
  // Calls it at `first` and then each `period` (above 0) for as long as it returns true.
  void every(TimePoint first, Duration period, std::function<bool(TimePoint now)> event);

  // Sees each datagram before it enters the link of the side that sent it; false drops it there
  // (unknown to the link's log). For tests that lose, count or record certain datagrams.
  void tap(std::function<bool(Side from, Bytes datagram, TimePoint now)> filter) {
    filter_ = std::move(filter);
  }

  // Puts a datagram in the link of this side, from its own address or from a stranger's: replays,
  // forgeries, noise.
  void inject(Side from, ByteVector datagram);
  void inject(Side from, ByteVector datagram, const Address& stranger);

  // Bytes of datagrams to this address that vanished because nobody is there.
  std::size_t undeliverable(const Address& to) const {
    const auto found = undeliverable_.find(to);
    return found == undeliverable_.end() ? 0 : found->second;
  }

  // Runs everything up to and including `end`; now() is `end` afterwards.
  void run_until(TimePoint end);
  TimePoint now() const { return now_; }
  Link& link(Side from) { return links_[side_index(from)]; }

 private:
  static std::size_t side_index(Side side) { return static_cast<std::size_t>(side); }
  TimePoint next_instant() const;
  bool step();  // everything due now, once; false: there was nothing
  bool deliver(Side to);
  bool fire_events();
  bool tick(const Endpoint& endpoint);
  bool collect(Side side, std::size_t slot);
  std::uint64_t tag_of(const Address& source);
  void fire_repeatedly(TimePoint when, Duration period, std::function<bool(TimePoint)> event);

  TimePoint now_{};
  std::array<Link, 2> links_;  // by the side that sends
  std::array<std::vector<Endpoint>, 2> endpoints_{{{1, Endpoint{}}, {1, Endpoint{}}}};  // by side and slot
  std::array<Address, 2> addresses_;
  std::vector<Address> sources_;  // every source address used so far; a packet's tag is its place here
  std::multimap<TimePoint, std::function<void(TimePoint)>> events_;
  std::function<bool(Side, Bytes, TimePoint)> filter_;
  std::map<Address, std::size_t> undeliverable_;
};

}  // namespace skirret::transport
