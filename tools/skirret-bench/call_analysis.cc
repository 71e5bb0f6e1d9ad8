#include "tools/skirret-bench/call_analysis.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "codec/quality/quality.hh"
#include "transport/link/opportunities.hh"

namespace skirret::bench {
namespace {

constexpr double kShortestBin = 0.25;  // seconds; long calls get at most kMostBins longer ones
constexpr int kMostBins = 240;
constexpr std::uint64_t kPacketBytes = 1400;  // of coded frame that one datagram can hold, at most

struct Span {
  TimePoint begin;
  TimePoint end;
};

double seconds_since(TimePoint start, TimePoint at) {
  return to_seconds(at - start);
}

// Delay of each capture; captures that nothing answered are left out.
std::vector<std::pair<TimePoint, Duration>> delays_of(const CallLog& log) {
  // Displays come in the order of frames, but a log is read, not trusted: the earliest display of a
  // frame at or after each number is what counts.
  std::map<std::uint64_t, TimePoint> earliest;
  for (const Shown& shown : log.shown) {
    const auto [place, fresh] = earliest.emplace(shown.frame, shown.at);
    if (!fresh) place->second = std::min(place->second, shown.at);
  }
  TimePoint best = kNever;
  for (auto later = earliest.rbegin(); later != earliest.rend(); ++later) {
    best = std::min(best, later->second);
    later->second = best;
  }
  std::vector<std::pair<TimePoint, Duration>> delays;
  for (const Captured& captured : log.captured) {
    const auto answer = earliest.lower_bound(captured.frame);
    if (answer != earliest.end()) delays.emplace_back(captured.at, answer->second - captured.at);
  }
  return delays;
}

Duration longest_gap(const std::vector<Shown>& shown) {
  Duration longest{};
  for (std::size_t i = 1; i < shown.size(); ++i) longest = std::max(longest, shown[i].at - shown[i - 1].at);
  return longest;
}

QualitySummary summarise(std::span<const FrameQuality> quality) {
  double ssim = 0;
  double mse = 0;
  for (const FrameQuality& frame : quality) {
    ssim += frame.ssim_y;
    mse += frame.mse_y;
  }
  const auto count = static_cast<double>(quality.size());
  return {.ssim_y = ssim / count, .ssim_y_db = ssim_db(ssim / count), .psnr_y_db = psnr_db(mse / count)};
}

transport::LinkLog diary_of(const std::vector<transport::LinkEvent>& events) {
  transport::LinkLog diary(events.empty() ? TimePoint{} : events.front().at);
  for (const transport::LinkEvent& event : events) diary.record(event);
  return diary;
}

// The link's outages, cut to the call.
std::vector<Span> outages_of(const transport::LinkLog& link, Span call) {
  std::vector<Span> inside;
  for (const auto& outage : link.outages()) {
    const Span cut{std::max(outage.begin, call.begin), std::min(outage.end, call.end)};
    if (cut.begin < cut.end) inside.push_back(cut);
  }
  return inside;
}

Duration total(const std::vector<Span>& spans) {
  Duration sum{};
  for (const Span& span : spans) sum += span.end - span.begin;
  return sum;
}

LinkSummary summarise_link(const CallLog& log, Span call) {
  const transport::LinkLog link = diary_of(log.link);
  const std::vector<Span> outages = outages_of(link, call);
  const std::vector<Span> way_back = outages_of(diary_of(log.way_back), call);
  return {.bytes_offered = link.bytes_offered(call.begin, call.end),
          .bytes_carried = link.bytes_used(call.begin, call.end),
          .queue_p95 = link.queueing_delay_p95_outside_outages(),
          .outages = outages.size(),
          .outage_time = total(outages),
          .way_back_outages = way_back.size(),
          .way_back_outage_time = total(way_back)};
}

CallSummary summarise(const CallLog& log, Span call, std::span<const FrameQuality> quality) {
  CallSummary summary;
  summary.length = log.captured.back().at - log.captured.front().at;
  summary.frames_captured = log.captured.size();
  summary.frames_shown = log.shown.size();
  summary.losses = log.losses;
  summary.frames_superseded = log.captured.size() - std::min(log.captured.size(), log.coded.size());
  std::uint64_t candidates = 0;
  for (const Coded& coded : log.coded) {
    candidates += coded.candidates.size();
    if (!coded.sent) {
      ++summary.frames_skipped;
      continue;
    }
    ++summary.frames_sent;
    summary.bytes_coded += coded.bytes;
    summary.key_frames += coded.key_frame ? 1 : 0;
    // While the budget is 0 a frame that fits one packet may still go out, to see the link return.
    const bool probe = coded.budget == 0 && coded.bytes <= kPacketBytes;
    summary.probes += probe ? 1 : 0;
    summary.over_budget += coded.bytes > coded.budget && !probe ? 1 : 0;
  }
  if (!log.coded.empty()) {
    summary.candidates_a_frame = static_cast<double>(candidates) / static_cast<double>(log.coded.size());
  }
  std::vector<Duration> delays;
  for (const auto& [at, delay] : delays_of(log)) delays.push_back(delay);
  summary.frames_unanswered = log.captured.size() - delays.size();
  summary.delay_p50 = transport::quantile(delays, 0.5);
  summary.delay_p95 = transport::quantile(delays, 0.95);
  summary.delay_max = transport::quantile(delays, 1);
  summary.longest_freeze = longest_gap(log.shown);
  if (!log.link.empty()) summary.link = summarise_link(log, call);
  if (!quality.empty()) summary.quality = summarise(quality);
  return summary;
}

// Sums values into bins of equal length over the call.
class Bins {
 public:
  explicit Bins(Span call) : call_(call) {
    const double length = std::max(seconds_since(call.begin, call.end), kShortestBin);
    width_ = std::max(kShortestBin, length / kMostBins);
    // A last bin that the call fills only in part would look like a drop: it is left out.
    values_.resize(static_cast<std::size_t>(std::max(1.0, std::floor(length / width_ + 1e-9))));
  }

  void add(TimePoint at, double value) {
    if (double* bin = find(at)) *bin += value;
  }
  void raise(TimePoint at, double value) {
    if (double* bin = find(at)) *bin = std::max(*bin, value);
  }
  std::vector<Point> points(double factor) const {
    std::vector<Point> points;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      points.push_back({(static_cast<double>(i) + 0.5) * width_, values_[i] * factor});
    }
    return points;
  }
  double width() const { return width_; }
  double mbps() const { return 8e-6 / width_; }  // from bytes in a bin

 private:
  double* find(TimePoint at) {
    if (at < call_.begin || at >= call_.end) return nullptr;
    const auto index = static_cast<std::size_t>(seconds_since(call_.begin, at) / width_);
    return index < values_.size() ? &values_[index] : nullptr;
  }

  Span call_;
  double width_ = kShortestBin;
  std::vector<double> values_;
};

void draw_link(const std::vector<transport::LinkEvent>& link, Span call, Timeline& timeline) {
  if (link.empty()) return;
  Bins offered(call);
  Bins carried(call);
  Bins queue(call);
  for (const transport::LinkEvent& event : link) {
    if (event.kind == transport::LinkEventKind::kOpportunity) {
      offered.add(event.at, transport::kOpportunityBytes);
      carried.add(event.at, event.bytes);
    } else if (event.kind == transport::LinkEventKind::kDequeue) {
      queue.raise(event.at, to_ms(event.queued));
    }
  }
  timeline.offered_mbps = offered.points(offered.mbps());
  timeline.carried_mbps = carried.points(carried.mbps());
  timeline.queue_ms = queue.points(1);
}

void draw_frames(const CallLog& log, Span call, Timeline& timeline) {
  Bins sent(call);
  for (const Coded& coded : log.coded) {
    const double at = seconds_since(call.begin, coded.at);
    timeline.budget_bytes.push_back({at, static_cast<double>(coded.budget)});
    for (const CandidateSize& candidate : coded.candidates) {
      timeline.candidate_bytes.push_back({at, static_cast<double>(candidate.bytes)});
    }
    if (!coded.sent) continue;
    sent.add(coded.at, static_cast<double>(coded.bytes));
    timeline.chosen_bytes.push_back({at, static_cast<double>(coded.bytes)});
    timeline.chosen_quantizer.push_back({at, static_cast<double>(coded.quantizer)});
  }
  timeline.bin_seconds = sent.width();
  timeline.sent_mbps = sent.points(sent.mbps());
}

void draw_quality(const CallLog& log, Span call, std::span<const FrameQuality> quality, Timeline& timeline) {
  std::unordered_map<std::uint64_t, TimePoint> shown_at;
  for (const Shown& shown : log.shown) shown_at.emplace(shown.frame, shown.at);
  for (const FrameQuality& frame : quality) {
    const auto shown = shown_at.find(frame.frame);
    if (shown == shown_at.end()) continue;
    const double at = seconds_since(call.begin, shown->second);
    timeline.ssim_y_db.push_back({at, ssim_db(frame.ssim_y)});
    timeline.psnr_y_db.push_back({at, psnr_db(frame.mse_y)});
  }
}

}  // namespace

double ssim_db(double ssim) {
  return std::min(60.0, codec::ssim_to_db(ssim));
}

double psnr_db(double mse) {
  return std::min(100.0, codec::psnr_of(mse));
}

Result<CallAnalysis> analyse_call(const CallLog& log, std::span<const FrameQuality> quality) {
  if (log.captured.empty())
    return fail(ErrorCode::kNotFound, "the sender captured no frame: did it find its source?");
  if (log.shown.empty())
    return fail(ErrorCode::kNotFound, "the receiver showed no frame: did the call come about?");
  const Span call{log.captured.front().at, std::max(log.captured.back().at, log.shown.back().at)};
  CallAnalysis analysis;
  analysis.summary = summarise(log, call, quality);
  analysis.timeline.seconds = seconds_since(call.begin, call.end);
  draw_link(log.link, call, analysis.timeline);
  for (const Span& outage : outages_of(diary_of(log.way_back), call)) {
    analysis.timeline.way_back_outages.push_back(
        {seconds_since(call.begin, outage.begin), seconds_since(call.begin, outage.end)});
  }
  draw_frames(log, call, analysis.timeline);
  for (const auto& [at, delay] : delays_of(log)) {
    analysis.timeline.delay_ms.push_back({seconds_since(call.begin, at), to_ms(delay)});
  }
  draw_quality(log, call, quality, analysis.timeline);
  return analysis;
}

}  // namespace skirret::bench
