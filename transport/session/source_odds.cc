#include <algorithm>
#include <cmath>

#include "transport/session/send_stream.hh"

// In doubt about a source, and frames that became late: what the caller decides by, and what is not sent.
namespace skirret::transport {
namespace {

constexpr double kDoubt = 0.97;     // a source that is there less surely deserves an alternative
constexpr double kLateComer = 0.3;  // the probability that a packet which later ones have overtaken comes
constexpr double kLateIntervals = 2;
constexpr Duration kRepairAge = std::chrono::milliseconds(400);

// At most `spare` of `packets` are lost, each with probability `loss`.
double enough_come(std::size_t packets, std::size_t spare, double loss) {
  double term = std::pow(1 - loss, static_cast<double>(packets));
  double sum = term;
  for (std::size_t k = 1; k <= std::min(spare, packets); ++k) {
    term *= static_cast<double>(packets - k + 1) / static_cast<double>(k) * loss / (1 - loss);
    sum += term;
  }
  return std::min(sum, 1.0);
}

}  // namespace

double SendStream::whole_odds(FrameNumber number, const Outgoing& frame) const {
  if (frame.given_up || frame.deficit() > 0) return 0;
  const std::size_t on_the_way = frame.handed - frame.lost;
  const std::size_t doubtful = std::min(sent_.doubtful(number), on_the_way);
  const std::size_t sure = on_the_way - doubtful;
  const double loss = std::min(parity_.loss(), 0.5);
  if (sure >= frame.layout.fragments) return enough_come(sure, sure - frame.layout.fragments, loss);
  const auto missing = static_cast<double>(frame.layout.fragments - sure);
  return std::pow(kLateComer, missing) * enough_come(sure, 0, loss);
}

double SendStream::chain_odds(FrameNumber frame) const {
  double all = 1;
  while (frame != 0 && !ledger_.held(frame)) {
    const auto it = frames_.find(frame);
    if (it == frames_.end()) return 0;
    all *= whole_odds(frame, it->second);
    frame = it->second.source;
  }
  return all;
}

SourceOdds SendStream::odds(FrameNumber source, TimePoint) const {
  SourceOdds odds;
  odds.repair = rate_.round_trip();
  if (source == 0 || ledger_.held(source)) return odds;
  odds.decodable = chain_odds(source);
  std::size_t repairs = 0;
  for (const Waiting& waiting : resends_) repairs += waiting.reserved;
  odds.wait = Duration(
      static_cast<Duration::rep>(static_cast<double>(repairs) / rate_.pace_bytes_per_second() * 1e9));
  return odds;
}

std::optional<SourceChoice> SendStream::second_source(TimePoint now) const {
  const SourceChoice first = source(now);
  if (first.key_frame() || rate_.outage(sent_.bytes_in_flight(), now)) return std::nullopt;
  if (const FrameNumber mending = ledger_.mending_tip(); mending != 0 && mending != first.frame)
    return chain_odds(mending) > 0 ? std::optional(SourceChoice{mending, false}) : std::nullopt;
  const FrameNumber held = ledger_.held_source();
  if (held == 0 || held == first.frame || chain_odds(first.frame) >= kDoubt) return std::nullopt;
  return SourceChoice{held, true};
}

void SendStream::abandon_late(TimePoint now) {
  drop_useless_repairs(now);
  if (waiting_.empty() || ledger_.held_source() == 0) return;
  const FrameNumber number = waiting_.front().frame;
  const auto it = frames_.find(number);
  if (it == frames_.end() || it->second.key_frame() || it->second.any_size) return;
  std::size_t rest = 0;
  for (const Waiting& waiting : waiting_) rest += waiting.frame == number ? waiting.reserved : 0;
  const Duration takes(
      static_cast<Duration::rep>(static_cast<double>(rest) / rate_.pace_bytes_per_second() * 1e9));
  const Duration allowed(
      static_cast<Duration::rep>(kLateIntervals * static_cast<double>(config_.frame_interval.count())));
  if (now + takes - it->second.sent > allowed) abandon(number);
}

// What was sent of it was for nothing, but the rest would be, too: a newer picture, coded from a state that
// the receiver holds, is there sooner than the end of this one.
void SendStream::abandon(FrameNumber number) {
  std::erase_if(waiting_, [&](const Waiting& waiting) {
    if (waiting.frame != number) return false;
    waiting_bytes_ -= waiting.reserved;
    return true;
  });
  frames_.at(number).given_up = true;
  ++counters_.frames_abandoned;
  note_changes(ledger_.packet_lost(number, false));
}

// Repairs of frames that are there already, are forgotten, or became too old to be of use.
void SendStream::drop_useless_repairs(TimePoint now) {
  std::erase_if(resends_, [&](const Waiting& waiting) {
    const auto it = frames_.find(waiting.frame);
    const bool useful = it != frames_.end() && !ledger_.held(waiting.frame) &&
                        (ledger_.must_deliver(waiting.frame) || now - it->second.sent <= kRepairAge);
    if (useful) return false;
    waiting_bytes_ -= waiting.reserved;
    if (it != frames_.end()) it->second.given_up = true;
    return true;
  });
}

}  // namespace skirret::transport
