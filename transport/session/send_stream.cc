#include "transport/session/send_stream.hh"

#include <algorithm>
#include <set>
#include <utility>

#include "codec/base/check.hh"
#include "transport/parity/erasure_code.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/data_packet.hh"

namespace skirret::transport {
namespace {

constexpr Duration kPingInterval = std::chrono::seconds(1);
constexpr Duration kResendAge =
    std::chrono::milliseconds(400);       // an older frame is worth less than a new one
constexpr std::size_t kLeastBudget = 48;  // coded bytes; less than this is no frame
constexpr int kCloseCopies = 3;
constexpr Duration kAbsence = std::chrono::seconds(8);

RateConfig rate_config(const SendConfig& config) {
  RateConfig rate = config.rate;
  rate.frame_interval = config.frame_interval;
  return rate;
}

PacketCost cost_of(const SendConfig& config) {
  return {config.max_datagram - SealedChannel::kOverhead, kIpUdpBytes + SealedChannel::kOverhead};
}

}  // namespace

SendStream::SendStream(SealedChannel channel, const Address& peer, const SendConfig& config,
                       Duration round_trip, RandomSource& random, TimePoint now)
    : config_(config),
      channel_(std::move(channel)),
      path_(peer, random),
      mtu_(config.max_datagram, config.longest_datagram, now),
      packetizer_(cost_of(config)),
      base_capacity_(packetizer_.fragment_capacity()),
      rate_(rate_config(config), packetizer_.full_packet_wire_bytes()),
      heard_(now),
      last_sent_(now) {
  rate_.opened(round_trip, now);
  pacer_.set_rate(rate_.pace_bytes_per_second());
}

bool SendStream::receive(Bytes datagram, const Address& from, TimePoint arrival) {
  auto opened = channel_.open(datagram);
  if (!opened) return false;
  // The receiver tells of itself at least each second: for so long it slept, or had no network.
  if (arrival - heard_ > kAbsence) start_anew(rate_.base_round_trip(), arrival);
  heard_ = arrival;
  const bool newest = opened->number >= newest_heard_;
  newest_heard_ = std::max(newest_heard_, opened->number);
  if (path_.heard(from, datagram.size(), newest, arrival)) start_anew(path_.round_trip(), arrival);
  const auto type = message_type(opened->payload);
  if (type && *type == MessageType::kAck) {
    take_ack(opened->payload, arrival);
  } else if (type && *type == MessageType::kClose) {
    if (auto close = parse_close(opened->payload)) closed_by_peer_ = *close;
  } else if (type && *type == MessageType::kPathChallenge) {
    take_path_challenge(opened->payload, from, arrival);
  } else if (type && *type == MessageType::kPathResponse) {
    take_path_response(opened->payload, from, arrival);
  } else if (!type || *type != MessageType::kPing) {
    ++counters_.refused_datagrams;
  }
  return true;
}

void SendStream::take_ack(Bytes payload, TimePoint now) {
  const auto ack = parse_ack(payload);
  if (!ack || ack->largest() >= channel_.next_packet_number()) {
    ++counters_.refused_datagrams;
    return;
  }
  if (ack->serial <= newest_ack_) return;  // a newer one has said all that this one says
  newest_ack_ = ack->serial;
  ++counters_.acks;
  const AckOutcome outcome = sent_.acked(*ack, now);
  std::vector<Arrival> arrivals;
  for (const DeliveredPacket& delivered : outcome.delivered)
    if (delivered.arrival && !delivered.packet.left_path)
      arrivals.push_back({delivered.packet.sent, *delivered.arrival, delivered.packet.wire_bytes,
                          delivered.packet.in_flight});
  std::ranges::stable_sort(arrivals, {}, &Arrival::arrival);
  rate_.acked(arrivals, outcome.rtt, now);
  if (ack->marked > marked_) rate_.marked(now);
  marked_ = std::max(marked_, ack->marked);
  pacer_.set_rate(rate_.pace_bytes_per_second());
  counters_.packets_delivered += outcome.delivered.size();
  counters_.packets_lost -= std::min<std::uint64_t>(outcome.late, counters_.packets_lost);
  parity_.delivered(outcome.delivered.size());
  mind_sizes(outcome, now);
  note_changes(ledger_.acked(*ack));
  take_lost(outcome.lost, now);
  forget_frames(now);
  events_.push_back({SendEvent::Kind::kAck, ledger_.newest_held(), {}});
}

void SendStream::note_changes(const std::vector<StateLedger::Change>& changes) {
  for (const StateLedger::Change& change : changes) {
    switch (change.kind) {
      case StateLedger::Change::Kind::kHeld:
        ++counters_.frames_delivered;
        events_.push_back({SendEvent::Kind::kDelivered, change.frame, {}});
        break;
      case StateLedger::Change::Kind::kBroken:
        events_.push_back({SendEvent::Kind::kLost, change.frame, {}});
        break;
      case StateLedger::Change::Kind::kMismatch:
        events_.push_back({SendEvent::Kind::kMismatch, change.frame, {}});
        break;
    }
  }
}

void SendStream::forget_frames(TimePoint now) {
  const auto recent = std::ranges::find_if(
      frames_, [&](const auto& entry) { return now - entry.second.sent <= 2 * kResendAge; });
  if (recent != frames_.begin())
    ledger_.stop_awaiting_below(recent == frames_.end() ? ledger_.last_sent() + 1 : recent->first);
  const auto needed = frames_.lower_bound(ledger_.oldest_needed());
  if (needed == frames_.begin()) return;
  frames_.erase(frames_.begin(), needed);
  for (auto* queue : {&waiting_, &resends_})
    std::erase_if(*queue, [this](const Waiting& one) {
      if (one.frame == 0 || frames_.contains(one.frame)) return false;
      waiting_bytes_ -= one.reserved;
      return true;
    });
}

void SendStream::take_lost(const std::vector<SentPacket>& lost, TimePoint now) {
  counters_.packets_lost += lost.size();
  mind_lost_sizes(lost, now);
  std::vector<PacketNumber> in_calls;  // what an outage swallows is no measure of the loss between outages
  std::set<FrameNumber> hit;
  for (const SentPacket& packet : lost) {
    if (packet.kind != PacketKind::kProbe) rate_.lost(packet.sent, now);
    if (packet.kind == PacketKind::kData) in_calls.push_back(packet.number);
    const auto it = frames_.find(packet.frame);
    if (packet.frame == 0 || it == frames_.end()) continue;
    ++it->second.lost;
    it->second.gone.push_back(packet.fragment);
    hit.insert(packet.frame);
  }
  parity_.lost(in_calls);
  for (const FrameNumber number : hit) mind_lost(number, frames_.at(number), now);
}

void SendStream::mind_lost(FrameNumber number, Outgoing& frame, TimePoint now) {
  if (ledger_.held(number) || frame.deficit() == 0) return;
  const bool needed = ledger_.must_deliver(number);
  if (!fits_path(frame)) {  // it cannot get there as it was cut
    frame.given_up = true;
    if (needed) ledger_.want_key_frame();
    return note_changes(ledger_.packet_lost(number, false));
  }
  const bool repairing = needed || worth_repairing(number, frame, now);
  if (repairing)
    repair(number, frame);
  else
    frame.given_up = true;
  // With nothing held to go back to, the frame is repaired and goes on being the source.
  if (!needed) note_changes(ledger_.packet_lost(number, repairing));
}

// A frame that needs few packets to be whole and hangs on a state that the peer holds, or on a frame that is
// being repaired likewise, is the quickest way to a newer common state.
bool SendStream::worth_repairing(FrameNumber number, const Outgoing& frame, TimePoint now) const {
  // An outage's probes hang on nothing but what is held: the one that came through outdates those before.
  if (frame.probe) return false;
  if (number <= ledger_.newest_held() || now - frame.sent > kResendAge || frame.given_up) return false;
  if (frame.source != 0 && !ledger_.held(frame.source)) {
    const auto source = frames_.find(frame.source);
    if (source == frames_.end() || source->second.given_up) return false;
  }
  return frame.deficit() <= std::max(4u, frame.layout.fragments / 3);
}

// What is lost goes out again, with as much parity for it as a frame of that size gets: a repair that is lost
// costs a round trip.
void SendStream::repair(FrameNumber number, Outgoing& frame) {
  const std::uint32_t deficit = frame.deficit();
  std::uint32_t more = parity_.rows(deficit);
  if (frame.layout.fragments > kMaxParityFragments) more = 0;
  more = std::min(more, kMaxParityRows - frame.layout.rows);
  for (std::uint32_t k = 0; k < deficit + more; ++k) {
    std::uint32_t part = frame.layout.parts();
    if (k < deficit) {
      part = frame.gone.back();
      frame.gone.pop_back();
    } else {
      ++frame.layout.rows;
    }
    const std::size_t reserved = packetizer_.wire_bytes_of_part(frame.bytes.size(), frame.layout, part);
    resends_.push_back({number, part, false, false, reserved});
    waiting_bytes_ += reserved;
    ++frame.handed;
  }
}

void SendStream::tick(TimePoint now) {
  take_lost(sent_.overdue(now), now);
  // Before the caller chooses what the next probe is coded from: the oldest one makes room for it.
  const bool full = sent_.probes_in_flight() >= ProbeSchedule::kMaxOutstanding;
  if (full && now >= probe_due() && budget(now) == 0) {
    if (const auto given_up = sent_.give_up_oldest_probe()) take_lost({*given_up}, now);
  }
}

// In an outage what was sent last may be gone, and nobody tells: each frame that serves as a probe is coded
// from a state that is held, so that the first one to get through is shown. Such a frame becomes a source
// only when it is known to be held, too.
SourceChoice SendStream::source(TimePoint now) const {
  FrameNumber frame = ledger_.source();
  const auto last = frames_.find(ledger_.tip());
  const bool in_doubt = ledger_.room() == 0 || rate_.outage(sent_.bytes_in_flight(), now) ||
                        (last != frames_.end() && last->second.probe);
  if (in_doubt)
    if (const FrameNumber held = ledger_.held_source(); held != 0) frame = held;
  return {frame, frame != 0 && frame != ledger_.tip()};
}

std::size_t SendStream::budget(TimePoint now) const {
  if (ledger_.room() == 0) return 0;
  const std::size_t bytes = packetizer_.frame_bytes_within(rate_.budget(in_flight(), now), parity_);
  return bytes < kLeastBudget ? 0 : bytes;
}

ProbeSchedule::Load SendStream::probe_load() const {
  const bool waits = rate_.holding() && sent_.bytes_in_flight() > packetizer_.full_packet_wire_bytes();
  const double carried = rate_.capacity_bps(0, last_sent_) / 8 * 0.1;  // silence is no part of it
  return {sent_.bytes_in_flight(), carried,
          waits || sent_.probes_in_flight() >= ProbeSchedule::kMaxOutstanding};
}

SizeForecast SendStream::forecast(TimePoint now) {
  if (rate_.outage(sent_.bytes_in_flight(), now)) {
    forecast_at_.reset();
    return {probe_size(), probe_size(), probe_size()};
  }
  forecast_at_ = now;
  const auto at = [&](double share) {
    const std::size_t wire = rate_.forecast(in_flight(), now, coding_time_, share);
    return std::max(packetizer_.frame_bytes_within(wire, parity_), kLeastBudget);
  };
  forecast_bytes_ = at(1);
  return {at(forecast_.ratio(BudgetForecast::kLow)), at(forecast_.ratio(BudgetForecast::kMiddle)),
          at(forecast_.ratio(BudgetForecast::kHigh))};
}

// The moment of choosing: how well did the forecast foretell? Asked whether or not a frame goes out, else
// those aims that are too high would never be found out.
std::size_t SendStream::budget_for_choice(TimePoint now) {
  const std::size_t bytes = budget(now);
  if (!forecast_at_) return bytes;
  coding_time_ += (std::min(now - *forecast_at_, config_.frame_interval) - coding_time_) / 8;
  if (!rate_.outage(sent_.bytes_in_flight(), now))
    forecast_.observe(static_cast<double>(std::max(bytes, kLeastBudget)) /
                      static_cast<double>(forecast_bytes_));
  forecast_at_.reset();
  return bytes;
}

TimePoint SendStream::probe_due() const {
  // Without an outage it is our own queue that leaves no budget: nothing to be sparing for.
  const ProbeSchedule::Load load = probe_load();
  const TimePoint soonest = probes_.due(rate_.base_round_trip(), {0, load.carried_in_100_ms, load.full});
  if (!rate_.outage(sent_.bytes_in_flight(), soonest)) return soonest;
  return probes_.due(rate_.base_round_trip(), load);
}

bool SendStream::probe_wanted(TimePoint now) const {
  return farewell_.empty() && waiting_.empty() && now >= probe_due() && budget(now) == 0 &&
         sent_.probes_in_flight() < ProbeSchedule::kMaxOutstanding;
}

Result<void> SendStream::send_frame(const FrameToSend& frame, TimePoint now) {
  if (frame.number <= ledger_.last_sent() || frame.number > kMaxFrameNumber)
    return fail(ErrorCode::kInvalid, "frame number out of order");
  const bool allowed = frame.in_doubt ? may_code_in_doubt(frame.source) : ledger_.may_code_from(frame.source);
  if (frame.source != 0 && !allowed)
    return fail(ErrorCode::kInvalid, "coded from a state that the receiver may not hold");
  const bool within = !frame.bytes.empty() && (frame.any_size || frame.bytes.size() <= budget(now));
  // What is coded from the state to fall back to needs no other one at the peer, however many are on the way.
  const bool fallback = frame.source != 0 && frame.source == ledger_.held_source();
  const bool room = ledger_.room() > 0 || (fallback && !ledger_.full());
  const bool probe =
      !within && !frame.bytes.empty() && frame.bytes.size() <= probe_capacity() && room && probe_wanted(now);
  if (!within && !probe) return fail(ErrorCode::kInvalid, "frame is larger than the budget");
  Outgoing outgoing;
  outgoing.source = frame.source;
  outgoing.bytes.assign(frame.bytes.begin(), frame.bytes.end());
  outgoing.sent = now;
  outgoing.app_limited = frame.app_limited;
  outgoing.probe = probe;
  outgoing.any_size = frame.any_size;
  outgoing.layout = layout_for(frame, probe, now);
  outgoing.handed = outgoing.layout.parts();
  const std::size_t before = waiting_bytes_;
  for (std::uint32_t part = 0; part < outgoing.handed; ++part) {
    const std::size_t reserved = packetizer_.wire_bytes_of_part(frame.bytes.size(), outgoing.layout, part);
    waiting_.push_back({frame.number, part, part == 0, part + 1 == outgoing.handed, reserved});
    waiting_bytes_ += reserved;
  }
  if (!probe) pad(waiting_bytes_ - before, now);
  frames_.emplace(frame.number, std::move(outgoing));
  ledger_.sent(frame.number, frame.source);
  ++counters_.frames_sent;
  if (frame.source == 0) ++counters_.key_frames;
  return {};
}

// Behind so many wire bytes of a frame that was handed to the pacer just now.
void SendStream::pad(std::size_t behind, TimePoint now) {
  const std::size_t padding = rate_.padding_wanted(behind, in_flight() - behind, now);
  if (padding == 0) return;
  waiting_.push_back({0, 0, false, false, padding});
  waiting_bytes_ += padding;
}

// Parity is part of the budget. What the caller leaves of it makes the frame safer, and tells more about the
// link.
FrameLayout SendStream::layout_for(const FrameToSend& frame, bool probe, TimePoint now) const {
  const std::size_t bytes = frame.bytes.size();
  if (probe) return {packetizer_.fragments_of(bytes), 0};
  FrameLayout layout = packetizer_.layout_of(bytes, parity_);
  const std::size_t wire = rate_.budget(in_flight(), now);
  const auto fits = [&] { return packetizer_.wire_bytes_of(bytes, layout) <= wire; };
  while (layout.rows > 0 && !fits()) --layout.rows;
  if (!frame.app_limited) return layout;
  const std::uint32_t least = layout.rows;
  layout.rows = std::max(least, parity_.spare_rows(layout.fragments));
  while (layout.rows > least && !fits()) --layout.rows;
  return layout;
}

void SendStream::set_state(FrameNumber number, StateId state) {
  note_changes(ledger_.set_state(number, state));
}

// A repair takes the place of what was lost: it need not wait for the budget, which the frames after it pay.
bool SendStream::may_resend(TimePoint now) const {
  return sent_.bytes_in_flight() == 0 || !rate_.outage(sent_.bytes_in_flight(), now);
}

std::optional<Datagram> SendStream::poll(TimePoint now) {
  if (!farewell_.empty()) {
    Datagram datagram{path_.address(), std::move(farewell_.front())};
    farewell_.pop_front();
    return datagram;
  }
  if (closed_by_peer_ || channel_.exhausted()) return std::nullopt;
  if (!greeted_) return seal_control(PacketKind::kPing, now);
  if (auto path = poll_path(now)) return path;
  if (pacer_.may_send(now)) {
    if (!resends_.empty() && may_resend(now)) {
      ++counters_.fragments_resent;
      return seal_next(resends_, now);
    }
    if (!waiting_.empty()) return seal_next(waiting_, now);
  }
  if (probe_wanted(now)) return seal_control(PacketKind::kProbe, now);
  if (now >= ping_due()) return seal_control(PacketKind::kPing, now);
  return std::nullopt;
}

SenderNotes SendStream::notes(TimePoint now) const {
  SenderNotes notes;
  notes.sent = to_wire(now);
  notes.oldest_needed = ledger_.oldest_needed();
  notes.oldest_unsettled = sent_.oldest_unsettled(channel_.next_packet_number());
  return notes;
}

Datagram SendStream::seal(PacketKind kind, Bytes payload, const SentPacket& like, TimePoint now) {
  SentPacket packet = like;
  packet.number = channel_.next_packet_number();
  packet.kind = kind;
  packet.sent = now;
  packet.wire_bytes = payload.size() + SealedChannel::kOverhead + kIpUdpBytes;
  Datagram datagram{path_.address(), channel_.seal(payload)};
  packet.in_flight = sent_.bytes_in_flight() + packet.wire_bytes;
  rate_.sent(sent_.bytes_in_flight(), now);
  sent_.sent(packet);
  pacer_.sent(packet.wire_bytes, now);
  probes_.sent(now);
  last_sent_ = now;
  greeted_ = true;
  ++counters_.packets_sent;
  counters_.bytes_sent += packet.wire_bytes;
  return datagram;
}

Datagram SendStream::seal_next(std::deque<Waiting>& queue, TimePoint now) {
  const Waiting waiting = queue.front();
  queue.pop_front();
  waiting_bytes_ -= waiting.reserved;
  if (waiting.frame == 0)
    return seal_control(PacketKind::kPadding, now, waiting.reserved - SealedChannel::kOverhead - kIpUdpBytes);
  const Outgoing& frame = frames_.at(waiting.frame);
  SentPacket packet;
  packet.frame = waiting.frame;
  packet.fragment = waiting.part;
  if (frame.probe) ++counters_.probes;
  if (waiting.part >= frame.layout.fragments) ++counters_.parity_packets;
  return seal(frame.probe ? PacketKind::kProbe : PacketKind::kData, write_part(waiting, frame, now), packet,
              now);
}

ByteVector SendStream::write_part(const Waiting& waiting, const Outgoing& frame, TimePoint now) const {
  const std::uint32_t fragments = frame.layout.fragments;
  const std::uint32_t k = std::min(waiting.part, fragments - 1);
  DataPacket data = packetizer_.cut(waiting.frame, frame.source, frame.bytes, k, fragments);
  data.notes = notes(now);
  data.notes.train_first = waiting.train_first;
  data.notes.train_last = waiting.train_last;
  data.notes.paused_before = waiting.train_first && now > pacer_.next() + Pacer::kSlack;
  data.notes.app_limited = frame.app_limited;
  if (waiting.part < fragments) return write_data(data);
  const ByteVector row = parity_row(frame.bytes, fragments, waiting.part - fragments);
  data.fragment = waiting.part;
  data.bytes = row;
  return write_data(data);
}

Datagram SendStream::seal_control(PacketKind kind, TimePoint now, std::size_t payload) {
  SenderNotes notes_now = notes(now);
  notes_now.train_first = notes_now.train_last = notes_now.paused_before = notes_now.app_limited = true;
  if (kind == PacketKind::kPing) return seal(kind, write_ping({notes_now}), {}, now);
  if (kind == PacketKind::kProbe) ++counters_.probes;
  if (kind == PacketKind::kPadding) ++counters_.padding_packets;
  return seal(kind, write_probe({notes_now, payload}), {}, now);
}

TimePoint SendStream::ping_due() const {
  return last_sent_ + kPingInterval;
}

TimePoint SendStream::next_deadline(TimePoint now) const {
  if (!farewell_.empty() || !greeted_) return now;
  TimePoint next = std::min({ping_due(), sent_.next_overdue(), path_.next_deadline(), size_probe_due(now)});
  if (!waiting_.empty() || (!resends_.empty() && may_resend(now))) next = std::min(next, pacer_.next());
  if (waiting_.empty() && budget(now) == 0) next = std::min(next, probe_due());
  return next;
}

void SendStream::close(CloseReason reason, const std::string& text) {
  for (int i = 0; i < kCloseCopies && !channel_.exhausted(); ++i)
    farewell_.push_back(channel_.seal(write_close({reason, text})));
}

std::vector<SendEvent> SendStream::take_events() {
  return std::exchange(events_, {});
}

void SendStream::add_to(SendStats& stats, TimePoint now) const {
  stats.budget = budget(now);
  stats.bytes_in_flight = in_flight();
  stats.probes_outstanding = sent_.probes_in_flight();
  stats.capacity_bps = rate_.capacity_bps(sent_.bytes_in_flight(), now);
  stats.cautious_bps = rate_.cautious_bps(sent_.bytes_in_flight(), now);
  stats.rtt = rate_.round_trip();
  stats.base_rtt = rate_.base_round_trip();
  stats.queue_delay = rate_.queue_delay();
  stats.loss = parity_.loss();
  stats.competing = rate_.competing();
  stats.outage = rate_.outage(sent_.bytes_in_flight(), now);
  stats.oldest_needed = ledger_.oldest_needed();
  stats.packets_sent += counters_.packets_sent;
  stats.packets_delivered += counters_.packets_delivered;
  stats.packets_lost += counters_.packets_lost;
  stats.bytes_sent += counters_.bytes_sent;
  stats.frames_sent += counters_.frames_sent;
  stats.frames_delivered += counters_.frames_delivered;
  stats.key_frames += counters_.key_frames;
  stats.fragments_resent += counters_.fragments_resent;
  stats.parity_packets += counters_.parity_packets;
  stats.probes += counters_.probes;
  stats.padding_packets += counters_.padding_packets;
  stats.acks += counters_.acks;
  stats.mismatches += ledger_.mismatches();
  stats.frames_abandoned += counters_.frames_abandoned;
  stats.moves += counters_.moves;
  stats.marked += marked_;
  stats.datagram = mtu_.size();
  stats.refused_datagrams += counters_.refused_datagrams + channel_.counters().failed;
}

}  // namespace skirret::transport
