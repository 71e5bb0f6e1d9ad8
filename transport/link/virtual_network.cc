#include "transport/link/virtual_network.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {

// A machine whose deadline stays in the past after its tick would stop virtual time for ever.
constexpr int kMostStepsInOneInstant = 100'000;

VirtualNetwork::VirtualNetwork(Link forward, Link reverse)
    : links_{std::move(forward), std::move(reverse)},
      addresses_{Address::ipv4({10, 0, 0, 1}, 1000), Address::ipv4({10, 0, 0, 2}, 2000)} {
  now_ = std::min(links_[0].start(), links_[1].start());
}

void VirtualNetwork::attach(Side side, Endpoint endpoint, std::size_t slot) {
  auto& programs = endpoints_[side_index(side)];
  if (slot >= programs.size()) programs.resize(slot + 1);
  programs[slot] = std::move(endpoint);
}

void VirtualNetwork::detach(Side side, std::size_t slot) {
  attach(side, {}, slot);
}

void VirtualNetwork::at(TimePoint when, std::function<void(TimePoint)> event) {
  events_.emplace(std::max(when, now_), std::move(event));
}

void VirtualNetwork::every(TimePoint first, Duration period, std::function<bool(TimePoint)> event) {
  SKIRRET_CHECK(period > Duration::zero());
  fire_repeatedly(first, period, std::move(event));
}

void VirtualNetwork::fire_repeatedly(TimePoint when, Duration period, std::function<bool(TimePoint)> event) {
  at(when, [this, when, period, event = std::move(event)](TimePoint now) mutable {
    if (event(now)) fire_repeatedly(when + period, period, std::move(event));
  });
}

void VirtualNetwork::inject(Side from, ByteVector datagram) {
  inject(from, std::move(datagram), address(from));
}

void VirtualNetwork::inject(Side from, ByteVector datagram, const Address& stranger) {
  link(from).send(std::move(datagram), now_, tag_of(stranger));
}

std::uint64_t VirtualNetwork::tag_of(const Address& source) {
  const auto known = std::find(sources_.begin(), sources_.end(), source);
  const auto place = known - sources_.begin();
  if (known == sources_.end()) sources_.push_back(source);
  return static_cast<std::uint64_t>(place);
}

void VirtualNetwork::run_until(TimePoint end) {
  for (;;) {
    int steps = 0;
    while (step()) SKIRRET_CHECK(++steps < kMostStepsInOneInstant);
    const TimePoint next = next_instant();
    if (next > end) break;
    now_ = std::max(now_, next);
  }
  now_ = std::max(now_, end);
}

TimePoint VirtualNetwork::next_instant() const {
  TimePoint next = kNever;
  for (const Link& link : links_) next = std::min(next, link.next_event());
  for (const auto& programs : endpoints_) {
    for (const Endpoint& endpoint : programs)
      if (endpoint.next_deadline) next = std::min(next, endpoint.next_deadline());
  }
  if (!events_.empty()) next = std::min(next, events_.begin()->first);
  return next;
}

bool VirtualNetwork::step() {
  bool happened = deliver(Side::kLeft);
  happened |= deliver(Side::kRight);
  happened |= fire_events();
  for (const auto& programs : endpoints_)
    for (const Endpoint& endpoint : programs) happened |= tick(endpoint);
  for (const Side side : {Side::kLeft, Side::kRight})
    for (std::size_t slot = 0; slot < endpoints_[side_index(side)].size(); ++slot)
      happened |= collect(side, slot);
  return happened;
}

bool VirtualNetwork::deliver(Side to) {
  auto& programs = endpoints_[side_index(to)];
  std::vector<Delivered> arrived = link(other(to)).advance(now_);
  for (Delivered& packet : arrived) {
    for (std::size_t slot = 0; slot + 1 < programs.size(); ++slot)
      if (programs[slot].receive) programs[slot].receive(packet.bytes, sources_[packet.tag], now_);
    if (programs.back().receive) programs.back().receive(std::move(packet.bytes), sources_[packet.tag], now_);
  }
  return !arrived.empty();
}

bool VirtualNetwork::fire_events() {
  if (events_.empty() || events_.begin()->first > now_) return false;
  const auto event = std::move(events_.begin()->second);
  events_.erase(events_.begin());
  event(now_);
  return true;
}

bool VirtualNetwork::tick(const Endpoint& endpoint) {
  if (!endpoint.tick || !endpoint.next_deadline || endpoint.next_deadline() > now_) return false;
  endpoint.tick(now_);
  return true;
}

bool VirtualNetwork::collect(Side side, std::size_t slot) {
  const Endpoint& endpoint = endpoints_[side_index(side)][slot];
  if (!endpoint.poll) return false;
  bool any = false;
  while (std::optional<Datagram> datagram = endpoint.poll(now_)) {
    any = true;
    if (datagram->to != address(other(side))) {
      undeliverable_[datagram->to] += datagram->bytes.size();
      continue;
    }
    if (filter_ && !filter_(side, datagram->bytes, now_)) continue;
    link(side).send(std::move(datagram->bytes), now_, tag_of(address(side)));
  }
  return any;
}

}  // namespace skirret::transport
