#include "transport/rate/rate_controller.hh"

#include <algorithm>
#include <cmath>

namespace skirret::transport {
namespace {

constexpr double kLeastBytesPerSecond = 2'000;
constexpr double kMarginLeast = 0.35;
constexpr double kMarginStep = 0.01;
constexpr double kMarkedMargin = 0.85;
constexpr double kSlowBurst = 2.0;  // packets: a link whose bursts are smaller is slow

std::size_t whole(double bytes) {
  return bytes <= 0 ? 0 : static_cast<std::size_t>(bytes);
}

}  // namespace

RateController::RateController(const RateConfig& config, std::size_t packet_bytes)
    : config_(config),
      packet_bytes_(packet_bytes),
      capacity_(config.memory),
      rivalry_(packet_bytes),
      base_delay_(config.base_window),
      base_round_trip_(config.base_window) {}

void RateController::opened(Duration round_trip, TimePoint now) {
  *this = RateController(config_, packet_bytes_);
  round_trip_ = std::max<Duration>(round_trip, std::chrono::milliseconds(1));
  base_round_trip_.add(round_trip_, now);
  departed_ = last_ack_ = opened_ = empty_seen_ = now;
}

void RateController::acked(std::span<const Arrival> arrivals, std::optional<Duration> round_trip,
                           TimePoint now) {
  const TimePoint heard = departed_;
  if (outage(1, now)) {
    resumed_ = now;
    doubtful_ = true;
    resumed_sent_ = 0;
  }
  if (round_trip) {
    round_trip_ = *round_trip;
    base_round_trip_.add(*round_trip, now);
  }
  const double before = std::min(capacity_.mean(), ceiling_ > 0 ? ceiling_ : 1e12);
  Duration longest{};
  TimePoint first = kNever;  // departure from the bottleneck of those that we hear of now
  for (const Arrival& arrival : arrivals) {
    take(arrival, now);
    longest = std::max(longest, queue_delay_);
    if (arrival.sent + queue_delay_ > heard) first = std::min(first, arrival.sent + queue_delay_);
  }
  const Duration late =
      first == kNever ? Duration::zero() : now - first - base_round_trip() - config_.ack_slack;
  if (first != kNever && now - opened_ > config_.trust_after) mind_trust(late, longest, now);
  if (resumed_ && now - departed_ <= base_round_trip() + config_.ack_slack) doubtful_ = false;
  if (resumed_ && departed_ >= *resumed_ && now > *resumed_) resumed_.reset();
  if (arrivals.empty()) return;
  holding_ = queue_delay_ > config_.held_now;
  // At most doubling in a round trip: a few packets through an idle link look infinitely fast.
  const double rounds =
      std::min(1.0, to_seconds(now - last_ack_) / std::max(to_seconds(base_round_trip()), 0.02));
  const double start =
      static_cast<double>(config_.start_packets * packet_bytes_) / to_seconds(base_round_trip());
  ceiling_ = std::max(before > 0 ? before : start, ceiling_ * 0.5) * (before > 0 ? std::exp2(rounds) : 2.0);
  last_ack_ = now;
  steady_ = steady_ || now - opened_ > config_.start_up;
}

void RateController::take(const Arrival& arrival, TimePoint now) {
  const Duration delay = arrival.arrival - arrival.sent.time_since_epoch();
  if (config_.model == RateModel::kGapAverage)
    gaps_.arrived(arrival.sent, arrival.arrival, arrival.wire_bytes);
  if (config_.model == RateModel::kDelayGradient)
    gradient_.arrived(arrival.sent, arrival.arrival, arrival.wire_bytes);
  const Duration base = base_of(delay, now);
  queue_delay_ = delay - base;
  const Duration reached = arrival.sent.time_since_epoch() + base;
  const Duration from = last_arrival_ ? std::max(*last_arrival_, reached) : reached;
  const Duration busy = std::max(arrival.arrival - from, Duration::zero());
  departed_ = std::max(departed_, arrival.sent + queue_delay_);
  if (arrival.in_flight > 0 && config_.model == RateModel::kOurs)
    rivalry_.arrived(arrival.sent, arrival.arrival, arrival.wire_bytes, arrival.in_flight, queue_delay_,
                     base_round_trip(), now);
  mind_standing_queue(delay, now);
  // An outage says nothing about the capacity on either side of it, and what waited through it was not sent
  // too fast.
  if (busy > config_.stall_gap) stall_end_ = departed_;
  if (busy > config_.outage_gap) empty_seen_ = now;
  measure(arrival, std::min(busy, config_.outage_gap), !last_arrival_ || reached > *last_arrival_);
  last_arrival_ = last_arrival_ ? std::max(*last_arrival_, arrival.arrival) : arrival.arrival;
  if (rivalry_.competing())
    policed_.forget();
  else
    policed_.arrived(arrival.wire_bytes, queue_delay_, capacity_.mean(), now);
  if (arrival.sent < stall_end_ || !steady_ || rivalry_.competing()) return;
  const bool over = queue_delay_ > config_.queue_limit;
  margin_ =
      std::clamp(margin_ + kMarginStep * (config_.over_limit_share - (over ? 1 : 0)), kMarginLeast, 1.0);
}

// Many links serve in slots that a full packet would have fitted as well: what a small packet waited for when
// it came alone tells nothing. With more behind it, all of it is one sample.
void RateController::measure(const Arrival& arrival, Duration busy, bool alone) {
  const auto full = [&](std::size_t bytes) { return 2 * bytes >= packet_bytes_; };
  std::size_t bytes = arrival.wire_bytes;
  if (alone) {
    small_bytes_ = full(bytes) ? 0 : bytes;
    small_busy_ = busy;
    if (small_bytes_ > 0) return;
  } else if (small_bytes_ > 0) {
    bytes = small_bytes_ += bytes;
    busy = small_busy_ += busy;
    if (!full(bytes)) return;
    small_bytes_ = 0;
  }
  capacity_.add(bytes, busy, arrival.arrival);
  measured_ = std::max(measured_, arrival.sent);
}

Duration RateController::base_of(Duration delay, TimePoint now) {
  if (!rivalry_.competing()) {
    if (kept_base_) {  // the rival is gone
      base_delay_.reset();
      base_delay_.add(*kept_base_, now);
      base_round_trip_.reset();
      base_round_trip_.add(*kept_round_trip_, now);
      empty_seen_ = now;
      kept_base_.reset();
      kept_round_trip_.reset();
    }
    mind_base(delay, now);
    return *base_delay_.value();
  }
  if (!kept_base_) {
    kept_round_trip_ = base_round_trip();
    kept_base_ = base_delay_.value();
  }
  kept_base_ = std::min(kept_base_.value_or(delay), delay);
  draining_ = false;
  return *kept_base_;
}

void RateController::marked(TimePoint now) {
  if (now - heeded_ < base_round_trip()) return;
  heeded_ = now;
  margin_ = std::max(kMarginLeast, kMarkedMargin * margin_);
}

// The delay through empty queues. With the budget always used up a queue may never be empty and the windowed
// minimum would rise with it; so when no empty queue was seen for long, the budgets shrink until one is. What
// was seen then is the base, be it more than before: paths change.
void RateController::mind_base(Duration delay, TimePoint now) {
  base_delay_.add(delay, now);
  if (delay - *base_delay_.value() <= config_.empty_queue) {
    empty_seen_ = now;
    emptied_at_ = capacity_.mean();
    draining_ = false;
    return;
  }
  if (!draining_ &&
      now - empty_seen_ > (standing_.doubtful(now) ? config_.drain_in_doubt : config_.drain_after)) {
    draining_ = true;
    drain_started_ = now;
    drain_least_.reset();
  }
  if (!draining_) return;
  drain_least_ = drain_least_ ? std::min(*drain_least_, delay) : delay;
  if (now - drain_started_ < config_.drain_for) return;
  draining_ = false;
  const double rate = std::max({capacity_.mean(), emptied_at_, kLeastBytesPerSecond});
  const double packets = config_.queue_target_packets * static_cast<double>(packet_bytes_);
  const auto own = config_.drain_target + Duration(static_cast<Duration::rep>(packets / rate * 1e9));
  standing_.did_not_drain({*base_delay_.value(), base_round_trip(), emptied_at_, empty_seen_}, *drain_least_,
                          own, now);
  empty_seen_ = now;
  base_delay_.reset();
  base_delay_.add(*drain_least_, now);
}

void RateController::mind_standing_queue(Duration delay, TimePoint now) {
  if (rivalry_.competing() || config_.model != RateModel::kOurs) return;
  standing_.arrived(delay, now);
  const auto rival = standing_.take_rival();
  if (!rival) return;
  kept_base_ = rival->before.base;
  kept_round_trip_ = rival->before.round_trip;
  rivalry_.found(rival->queue, rival->before.capacity, rival->before.round_trip, now);
}

// Whose fault was the silence that this ack ends? `late`: by so much we should have heard earlier.
void RateController::mind_trust(Duration late, Duration longest, TimePoint now) {
  if (longest > config_.held_queue) {
    trust_ = Duration::zero();
    return;
  }
  // Trust fades while acks come in time.
  const double keep = std::exp(-to_seconds(now - last_ack_) / to_seconds(config_.trust_memory));
  trust_ = Duration(static_cast<Duration::rep>(static_cast<double>(trust_.count()) * keep));
  if (late > config_.late_acks) trust_ = std::min(std::max(trust_, late), config_.most_trust);
}

void RateController::sent(std::size_t in_flight_before, TimePoint now) {
  newest_sent_ = now;
  if (in_flight_before == 0) flight_began_ = now;
  ++resumed_sent_;
}

Duration RateController::unheard(std::size_t in_flight, TimePoint now) const {
  if (in_flight == 0) return {};
  const TimePoint heard = std::max(departed_, flight_began_) + base_round_trip();
  const TimePoint expected = std::max(heard, last_ack_) + config_.ack_slack;
  return std::max(now - expected, Duration::zero());
}

Duration RateController::silence(std::size_t in_flight, TimePoint now) const {
  return std::max(unheard(in_flight, now) - trust_, Duration::zero());
}

bool RateController::outage(std::size_t in_flight, TimePoint now) const {
  return silence(in_flight, now) > std::max<Duration>(2 * base_round_trip(), std::chrono::milliseconds(150));
}

double RateController::mean(std::size_t in_flight, TimePoint now) const {
  if (!capacity_.known()) return 0;
  return std::max(kLeastBytesPerSecond, std::min({capacity_.mean(silence(in_flight, now)),
                                                  ceiling_ > 0 ? ceiling_ : 1e12, policed_.cap()}));
}

double RateController::cautious(std::size_t in_flight, TimePoint now) const {
  if (!capacity_.known()) return 0;
  const double low = capacity_.below(config_.deviations, silence(in_flight, now)) * margin_;
  return std::max(kLeastBytesPerSecond, std::min({low, ceiling_ > 0 ? ceiling_ : 1e12, policed_.cap()}));
}

// What still waits in front of the bottleneck: in flight, less what it has carried since the newest packet
// that we know to have left it. No longer than acks normally take, for what is silent may be an outage.
double RateController::backlog(std::size_t in_flight, double rate, TimePoint now) const {
  if (rivalry_.competing()) return static_cast<double>(in_flight);
  const Duration since =
      std::clamp<Duration>(now - departed_, Duration::zero(), base_round_trip() + config_.ack_slack);
  const double blind = to_seconds(std::min(unheard(in_flight, now), trust_));
  const double fade = to_seconds(config_.blind_fade);
  const double credit = to_seconds(since) + fade * (1 - std::exp(-blind / fade));
  return std::max(0.0, static_cast<double>(in_flight) - rate * credit);
}

// What may wait in front of the bottleneck. The packets on top: a slow link cannot be kept busy with less.
double RateController::target_bytes(double rate) const {
  if (rivalry_.competing()) return static_cast<double>(rivalry_.window());
  if (draining_) return rate * to_seconds(config_.drain_target);
  return rate * to_seconds(config_.queue_target) +
         config_.queue_target_packets * static_cast<double>(packet_bytes_);
}

// Frames of even size look better than a large one and a small one in turn. But on a slow link a caller who
// leaves captures out, for what it may send were too coarse, has their share for the next frame.
double RateController::burst_bytes(double rate, TimePoint now) const {
  const auto packet = static_cast<double>(packet_bytes_);
  const double burst = config_.frame_burst * rate * to_seconds(config_.frame_interval) + packet / 2;
  const double left_out = to_seconds(now - newest_sent_) / to_seconds(config_.frame_interval);
  return std::max(burst, std::min(burst * std::min(left_out, config_.most_bursts), kSlowBurst * packet));
}

// What the window beside a rival comes to.
double RateController::window_rate() const {
  const double round_trip = to_seconds(base_round_trip() + queue_delay_);
  return static_cast<double>(rivalry_.window()) / std::max(round_trip, 0.02);
}

// In all, since an outage's first ack: from the second round trip on one more in each, should no ack tell
// whether the link is back.
std::size_t RateController::resume_packets(TimePoint now) const {
  const auto trips = static_cast<std::size_t>((now - *resumed_) / std::max(base_round_trip(), Duration(1)));
  return config_.resume_packets + (trips > 1 ? trips - 1 : 0);
}

std::size_t RateController::compared_budget(std::size_t in_flight, TimePoint now) const {
  if (outage(in_flight, now)) return 0;
  if (config_.model == RateModel::kGapAverage) return gaps_.budget(in_flight);
  return gradient_.budget(in_flight, base_round_trip(), config_.frame_interval);
}

std::size_t RateController::budget(std::size_t in_flight, TimePoint now) const {
  if (!capacity_.known()) {
    const std::size_t start = config_.start_packets * packet_bytes_;
    return start > in_flight ? start - in_flight : 0;
  }
  if (config_.model != RateModel::kOurs) return compared_budget(in_flight, now);
  const double rate = rivalry_.competing() ? window_rate() : cautious(in_flight, now);
  const double room = std::min(target_bytes(rate) - backlog(in_flight, rate, now), burst_bytes(rate, now));
  // The first ack after an outage tells what was; whether the link is back, the next round trip will.
  if (resumed_ && (doubtful_ || now - *resumed_ < 2 * base_round_trip()))
    return std::min(whole(room),
                    (std::max(resume_packets(now), resumed_sent_) - resumed_sent_) * packet_bytes_);
  // A link too slow for one packet in the target still carries one at a time.
  if (in_flight == 0) return std::max(whole(room), packet_bytes_);
  return whole(room);
}

std::size_t RateController::padding_wanted(std::size_t wire_bytes, std::size_t in_flight,
                                           TimePoint now) const {
  if (!capacity_.known() || rivalry_.competing() || draining_ || wire_bytes >= packet_bytes_) return 0;
  if (now - measured_ < config_.padding_after || outage(in_flight, now)) return 0;
  const double rate = cautious(in_flight, now);
  const double room = target_bytes(rate) - backlog(in_flight, rate, now) - static_cast<double>(wire_bytes);
  const std::size_t padding = std::min(packet_bytes_, whole(room));
  return 2 * padding >= packet_bytes_ ? padding : 0;
}

std::size_t RateController::forecast(std::size_t in_flight, TimePoint now, Duration ahead,
                                     double share) const {
  if (!capacity_.known()) return budget(in_flight, now);
  if (config_.model != RateModel::kOurs)
    return std::max(whole(share * static_cast<double>(compared_budget(in_flight, now))), packet_bytes_ / 4);
  const double rate = rivalry_.competing() ? window_rate() : cautious(in_flight, now);
  const double later = std::max(0.0, backlog(in_flight, rate, now) - rate * to_seconds(ahead));
  return std::max(whole(share * std::min(target_bytes(rate) - later, burst_bytes(rate, now + ahead))),
                  packet_bytes_ / 4);
}

double RateController::pace_bytes_per_second() const {
  const double start =
      static_cast<double>(config_.start_packets * packet_bytes_) / to_seconds(base_round_trip());
  if (!capacity_.known()) return start;
  // Beside a rival a train shall be dense, to be told from what the rival sends between its packets.
  if (rivalry_.competing()) return 2 * config_.pace_gain * std::max(window_rate(), kLeastBytesPerSecond);
  return std::max(config_.pace_gain * std::min({capacity_.mean(), ceiling_, policed_.cap()}),
                  kLeastBytesPerSecond);
}

}  // namespace skirret::transport
