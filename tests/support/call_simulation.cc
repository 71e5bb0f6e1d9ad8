#include "tests/support/call_simulation.hh"

#include <algorithm>
#include <utility>
#include <variant>

#include "tests/support/random.hh"

namespace skirret::test {

using namespace transport;

namespace {

class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.next() >> 32);
  }

 private:
  Random random_;
};

StateId next_state(StateId source, Bytes bytes) {
  std::uint64_t hash = source.value * 0x9e3779b97f4a7c15u + bytes.size();
  for (std::size_t i = 0; i < bytes.size(); i += 61) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  return {hash ^ bytes.back()};
}

double percentile_ms(std::vector<Duration> values, double q) {
  return to_ms(quantile(std::move(values), q));
}

}  // namespace

std::optional<ByteVector> SyntheticEncoder::encode(std::uint64_t, FrameNumber number, FrameNumber source,
                                                   const SizeForecast&, std::size_t limit) {
  if (limit < smallest_) return std::nullopt;
  Random random(number);
  ByteVector bytes(std::min(limit, largest_), static_cast<std::uint8_t>(number));
  for (std::size_t i = 0; i < bytes.size(); i += 64) bytes[i] = static_cast<std::uint8_t>(random.next());
  states_[number] = next_state(source == 0 ? StateId{} : states_.at(source), bytes);
  return bytes;
}

std::optional<ByteVector> ThreeCandidates::encode(std::uint64_t captured, FrameNumber number,
                                                  FrameNumber source, const SizeForecast& aim,
                                                  std::size_t limit) {
  Random random(captured);  // the same candidates when asked again
  std::size_t largest = 0;
  for (const std::size_t middle : {aim.low, aim.middle, aim.high}) {
    const std::size_t bytes = middle * (900 + random.below(201)) / 1000;
    if (bytes <= limit) largest = std::max(largest, bytes);
  }
  if (aim.low == limit && aim.high == limit) largest = limit;  // a probe's size, which is hit
  if (largest == 0) return std::nullopt;
  return any_size_.encode(captured, number, source, aim, largest);
}

void SyntheticEncoder::forget(const std::function<bool(FrameNumber)>& needed) {
  std::erase_if(states_, [&](const auto& entry) { return !needed(entry.first); });
}

std::optional<CallDecoder::Decoded> SyntheticDecoder::decode(const FrameReady& frame) {
  StateId source;
  if (frame.source != 0) {
    const auto it = states_.find(frame.source);
    if (it == states_.end()) return std::nullopt;
    source = it->second;
  }
  const StateId next = next_state(source, frame.bytes);
  states_[frame.number] = next;
  return Decoded{next, state_bytes_};
}

CallSimulation::CallSimulation(CallOptions options)
    : options_(std::move(options)),
      random_(std::make_unique<SeededRandom>(options_.seed)),
      identity_(Identity::generate(*random_)),
      own_network_(std::make_unique<VirtualNetwork>(Link(options_.forward(), options_.forward_link),
                                                    Link(options_.reverse(), options_.reverse_link))),
      network_(*own_network_) {
  start();
}

CallSimulation::CallSimulation(CallOptions options, VirtualNetwork& shared, std::size_t slot)
    : options_(std::move(options)),
      random_(std::make_unique<SeededRandom>(options_.seed)),
      identity_(Identity::generate(*random_)),
      network_(shared),
      slot_(slot) {
  start();
}

void CallSimulation::start() {
  options_.send.frame_interval = options_.frame_interval;
  attach_receiver();
  attach_sender();
  network_.every(network_.now(), options_.frame_interval, [this](TimePoint now) { return capture(now); });
}

CallSimulation::~CallSimulation() = default;

void CallSimulation::run() {
  run_until(TimePoint{} + options_.duration);
}

void CallSimulation::run_until(TimePoint end) {
  network_.run_until(end);
}

void CallSimulation::attach_sender() {
  encoder_ = options_.encoder();
  sender_ = std::make_unique<SendSession>(identity_.call_secret(), network_.address(Side::kRight),
                                          options_.send, *random_, sender_time(network_.now()));
  connect_sender();
}

void CallSimulation::connect_sender() {
  Endpoint endpoint;
  endpoint.receive = [this](ByteVector datagram, const Address& from, TimePoint now) {
    sender_->receive(datagram, from, sender_time(now));
    take_sender_events();
    offer_again(now);
  };
  endpoint.tick = [this](TimePoint now) {
    sender_->tick(sender_time(now));
    take_sender_events();
    offer_again(now);
  };
  endpoint.poll = [this](TimePoint now) { return sender_->poll(sender_time(now)); };
  endpoint.next_deadline = [this] { return by_network(sender_->next_deadline(), sender_slept_); };
  network_.attach(Side::kLeft, std::move(endpoint), slot_);
}

void CallSimulation::attach_receiver() {
  decoder_ = options_.decoder();
  receiver_ = std::make_unique<ReceiveListener>(identity_, options_.receive, *random_);
  connect_receiver();
}

void CallSimulation::connect_receiver() {
  Endpoint endpoint;
  endpoint.receive = [this](ByteVector datagram, const Address& from, TimePoint now) {
    const bool marked = network_.link(Side::kLeft).queued_bytes() / kMaxDatagram > mark_above_;
    receiver_->receive(datagram, from, receiver_time(now), marked ? Ecn::kMarked : Ecn::kCapable0);
    take_receiver_events(now);
  };
  endpoint.tick = [this](TimePoint now) { receiver_->tick(receiver_time(now)); };
  endpoint.poll = [this](TimePoint now) { return receiver_->poll(receiver_time(now)); };
  endpoint.next_deadline = [this] { return by_network(receiver_->next_deadline(), receiver_slept_); };
  network_.attach(Side::kRight, std::move(endpoint), slot_);
}

TimePoint CallSimulation::by_network(TimePoint own, Duration slept) {
  return own == kNever || own == TimePoint::min() ? own : own + slept;
}

void CallSimulation::suspend(Side side, Duration sleep, bool clock_stands_still) {
  const bool sender = side == Side::kLeft;
  network_.detach(side, slot_);
  (sender ? sender_sleeps_ : receiver_sleeps_) = true;
  network_.at(network_.now() + sleep, [=, this](TimePoint now) {
    (sender ? sender_sleeps_ : receiver_sleeps_) = false;
    if (clock_stands_still) {
      (sender ? sender_slept_ : receiver_slept_) += sleep;
      sender ? sender_->resumed(sender_time(now)) : receiver_->resumed(receiver_time(now));
    }
    sender ? connect_sender() : connect_receiver();
  });
}

void CallSimulation::restart_sender(TimePoint) {
  run_start_ = frames_.size();
  next_number_ = 1;
  by_number_.clear();
  held_.reset();
  attach_sender();
}

void CallSimulation::restart_receiver(TimePoint) {
  attach_receiver();
}

bool CallSimulation::capture(TimePoint now) {
  if (now >= TimePoint{} + options_.duration) return false;
  if (sender_sleeps_) return true;
  CallFrame frame;
  frame.captured = now;
  sender_->tick(sender_time(now));
  if (sender_->phase() == SendPhase::kOpen) {
    frame.from = sender_->source(sender_time(now));
    frame.aim = sender_->forecast(sender_time(now));
  }
  frames_.push_back(frame);
  const std::size_t index = frames_.size() - 1;
  network_.at(now + options_.coding_time, [this, index](TimePoint then) { choose(index, then); });
  return true;
}

// The candidates exist: the budget is read now.
void CallSimulation::choose(std::size_t index, TimePoint now) {
  CallFrame& frame = frames_[index];
  if (sender_sleeps_ || index < run_start_ || sender_->phase() != SendPhase::kOpen) return;
  sender_->tick(sender_time(now));
  frame.budget = sender_->budget(sender_time(now));
  frame.chosen = true;
  if (options_.two_sources) choose_source(frame, now);
  if (frame.budget > 0)
    try_send(index, frame.budget, false, now);
  else
    try_probe(index, now);
  held_.reset();
  if (frame.number == 0) held_ = index;
}

// Between captures: the newest picture that was coded, if it did not fit, may go out as soon as it does, or
// as a probe. While a newer one is being coded, the budget is that one's; but a probe does not wait for it.
void CallSimulation::offer_again(TimePoint now) {
  if (!held_) return;
  const std::size_t index = *held_;
  CallFrame& frame = frames_[index];
  const bool newer = index + 1 < frames_.size();
  if (const SourceChoice from = sender_->source(sender_time(now)); frame.from != from) {
    held_.reset();
    if (newer) return;
    frame.from = from;  // coded again, from there
    frame.aim = sender_->forecast(sender_time(now));
    network_.at(now + options_.coding_time, [this, index](TimePoint then) { choose(index, then); });
    return;
  }
  const std::size_t budget = sender_->budget(sender_time(now));
  if (budget == 0) {
    try_probe(index, now);
  } else if (!newer && budget >= frame.aim.low) {
    frame.budget = budget;
    try_send(index, budget, false, now);
  }
  if (frame.number != 0) held_.reset();
}

// Where the session is asked: the best that is as small as a probe should be, else the smallest that fits one
// packet.
void CallSimulation::try_probe(std::size_t index, TimePoint now) {
  if (!sender_->probe_wanted(sender_time(now))) return;
  CallFrame& frame = frames_[index];
  if (options_.probe_bytes != 0) {
    const std::size_t bytes = std::min(options_.probe_bytes, sender_->probe_capacity());
    const SizeForecast aim = std::exchange(frame.aim, {bytes, bytes, bytes});
    try_send(index, bytes, true, now);
    frame.aim = aim;
    return;
  }
  try_send(index, sender_->probe_size(), true, now);
  if (frame.number != 0) return;
  const SizeForecast aim = frame.aim;
  frame.aim = {aim.low, aim.low, aim.low};
  try_send(index, sender_->probe_capacity(), true, now);
  frame.aim = aim;
}

// As if candidates existed from both sources. After a loss the session's first choice is what is held, and
// the second the last frame sent, which is being repaired; before it is known, the other way round.
void CallSimulation::choose_source(CallFrame& frame, TimePoint now) {
  const auto second = sender_->second_source(sender_time(now));
  if (!second) return;
  const SourceOdds one = sender_->odds(frame.from.frame, sender_time(now));
  const SourceOdds other = sender_->odds(second->frame, sender_time(now));
  frame.from_second = second->after_loss ? one.decodable < 0.6 : other.decodable > 0.8;
  if (frame.from_second) frame.from = *second;
}

void CallSimulation::try_send(std::size_t index, std::size_t limit, bool probe, TimePoint now) {
  CallFrame& frame = frames_[index];
  const bool allowed = frame.from_second ? sender_->may_code_in_doubt(frame.from.frame)
                                         : sender_->may_code_from(frame.from.frame);
  if (frame.from.frame != 0 && !allowed) return;
  const FrameNumber number = next_number_;
  const auto bytes = encoder_->encode(index, number, frame.from.frame, frame.aim, limit);
  if (!bytes) return;
  if (!probe && bytes->size() > frame.budget) ++over_budget_;
  FrameToSend sending;
  sending.number = number;
  sending.source = frame.from.frame;
  sending.bytes = *bytes;
  sending.captured = frame.captured;
  sending.in_doubt = frame.from_second;
  sending.app_limited = !probe && bytes->size() < limit;
  if (!sender_->send_frame(sending, sender_time(now))) return;
  ++next_number_;
  sender_->set_state(number, encoder_->state(number), sender_time(now));
  frame.number = number;
  frame.bytes = bytes->size();
  frame.probe = probe;
  by_number_[number] = index;
  if (frame.from.key_frame()) ++key_frames_;
  encoder_->forget([this](FrameNumber n) { return sender_->needs_state(n); });
}

void CallSimulation::take_sender_events() {
  for (SendEvent& event : sender_->take_events()) {
    if (event.kind == SendEvent::Kind::kPeerRestarted) {
      run_start_ = frames_.size();
      by_number_.clear();
    }
    if (event.kind != SendEvent::Kind::kAck) sender_events_.push_back(std::move(event));
  }
}

void CallSimulation::take_receiver_events(TimePoint now) {
  for (bool more = true; more;) {
    auto events = receiver_->take_events();
    more = !events.empty();
    for (const ListenerEvent& event : events) {
      if (std::holds_alternative<SessionStarted>(event)) {
        decoder_->restart();
        newest_shown_ = 0;
      } else if (const auto* dropped = std::get_if<StateDropped>(&event)) {
        decoder_->drop(dropped->number);
      } else if (const auto* ready = std::get_if<FrameReady>(&event)) {
        const auto decoded = decoder_->decode(*ready);
        if (!decoded) {
          receiver_->frame_failed(ready->number, receiver_time(now));
          continue;
        }
        receiver_->frame_decoded(ready->number, decoded->state, decoded->state_bytes, receiver_time(now));
        const auto it = by_number_.find(ready->number);
        if (it == by_number_.end()) continue;
        CallFrame& frame = frames_[it->second];
        frame.decoded = now;
        if (ready->number > newest_shown_) frame.shown = now;
        newest_shown_ = std::max(newest_shown_, ready->number);
      }
    }
    if (const auto* session = receiver_->session())
      most_states_ = std::max(most_states_, session->stats().states_held);
  }
}

CallSimulation::Figures CallSimulation::figures(TimePoint begin, TimePoint end) const {
  Figures figures;
  const LinkLog& log = const_cast<VirtualNetwork&>(network_).link(Side::kLeft).log();
  const auto waits = log.queueing_delays(LinkLog::Outages::kOutside);
  figures.queue_p50_ms = percentile_ms(waits, 0.5);
  figures.queue_p95_ms = percentile_ms(waits, 0.95);
  const auto offered = log.bytes_offered(begin, end);
  const auto used = log.bytes_used(begin, end);
  figures.use = offered == 0 ? 0 : static_cast<double>(used) / static_cast<double>(offered);
  figures.mbps = static_cast<double>(used) * 8e-6 / to_seconds(end - begin);
  std::vector<Duration> delays;
  for (const CallFrame& frame : frames_) {
    if (frame.captured < begin || frame.captured >= end) continue;
    ++figures.captured;
    if (frame.shown) delays.push_back(*frame.shown - frame.captured);
  }
  figures.shown = delays.size();
  figures.delay_p50_ms = percentile_ms(delays, 0.5);
  figures.delay_p95_ms = percentile_ms(delays, 0.95);
  return figures;
}

std::vector<Duration> CallSimulation::delays_without_queue(TimePoint begin, TimePoint end) const {
  std::vector<LinkEvent> carried;
  for (const LinkEvent& event : const_cast<VirtualNetwork&>(network_).link(Side::kLeft).log().events())
    if (event.kind == LinkEventKind::kDequeue) carried.push_back(event);
  std::vector<Duration> found;
  TimePoint shown = TimePoint::max();  // of this picture or a later one
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    if (frame->shown) shown = std::min(shown, *frame->shown);
    if (frame->captured < begin || frame->captured >= end || shown == TimePoint::max()) continue;
    Duration longest{};
    for (auto event = std::ranges::lower_bound(carried, frame->captured, {}, &LinkEvent::at);
         event != carried.end() && event->at <= shown; ++event)
      if (event->at - event->queued >= frame->captured) longest = std::max(longest, event->queued);
    found.push_back(shown - frame->captured - longest);
  }
  return found;
}

std::optional<Duration> CallSimulation::first_shown_after(TimePoint from) const {
  std::optional<Duration> first;
  for (const CallFrame& frame : frames_)
    if (frame.captured >= from && frame.shown && (!first || *frame.shown - from < *first))
      first = *frame.shown - from;
  return first;
}

}  // namespace skirret::test
