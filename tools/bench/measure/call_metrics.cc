#include "tools/bench/measure/call_metrics.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "codec/quality/quality.hh"
#include "transport/link/opportunities.hh"

namespace skirret::bench {
namespace {

using transport::LinkEvent;
using transport::LinkEventKind;

// The display of each frame's first showing: a number read again is the same picture still.
std::vector<DisplayRecord> new_frames(std::span<const DisplayRecord> displays) {
  std::vector<DisplayRecord> fresh;
  for (const DisplayRecord& display : displays) {
    if (!display.frame) continue;
    if (!fresh.empty() && fresh.back().frame == display.frame) continue;
    fresh.push_back(display);
  }
  return fresh;
}

Quality quality_of(double ssim_sum, double mse_sum, std::size_t count) {
  constexpr double kMost = 100;
  if (count == 0) return {};
  const auto n = static_cast<double>(count);
  return {std::min(kMost, codec::ssim_to_db(ssim_sum / n)), std::min(kMost, codec::psnr_of(mse_sum / n))};
}

Quality screen_quality(std::span<const ScreenRecord> screen, bool only_after_start,
                       PictureDistance ScreenRecord::*which) {
  double ssim = 0;
  double mse = 0;
  std::size_t count = 0;
  for (const ScreenRecord& record : screen) {
    if (only_after_start && record.nothing_yet) continue;
    ssim += (record.*which).ssim;
    mse += (record.*which).mse;
    ++count;
  }
  return quality_of(ssim, mse, count);
}

Quality displayed_quality(std::span<const DisplayRecord> fresh, TimePoint begin, TimePoint end) {
  double ssim = 0;
  double mse = 0;
  std::size_t count = 0;
  for (const DisplayRecord& display : fresh) {
    if (display.at < begin || display.at >= end || !display.distance) continue;
    ssim += display.distance->ssim;
    mse += display.distance->mse;
    ++count;
  }
  return quality_of(ssim, mse, count);
}

std::vector<Duration> delays_alone(std::span<const CaptureDelay> delays) {
  std::vector<Duration> alone;
  for (const CaptureDelay& delay : delays) alone.push_back(delay.delay);
  return alone;
}

PartMetrics measure_part(const CallRecord& record, std::span<const DisplayRecord> oracle, TimePoint begin,
                         bool after_start) {
  PartMetrics part;
  const auto delays =
      capture_delays(record.captures, record.displays, begin, record.end, record.watched_until);
  const auto floor = capture_delays(record.captures, oracle, begin, record.end, record.watched_until);
  std::vector<Duration> excess;
  for (std::size_t i = 0; i < delays.size(); ++i) excess.push_back(delays[i].delay - floor[i].delay);
  part.captures = delays.size();
  part.unanswered = static_cast<std::size_t>(
      std::ranges::count_if(delays, [](const auto& delay) { return !delay.answered; }));
  part.delay_ms = spread_of(delays_alone(delays));
  part.excess_ms = spread_of(std::move(excess));
  part.motion = motion_of(record.displays, begin, record.end, record.watched_until);
  part.screen = screen_quality(record.screen, after_start, &ScreenRecord::on_screen);
  part.by_then = screen_quality(record.screen, after_start, &ScreenRecord::by_then);
  return part;
}

void measure_link(const CallRecord& record, CallMetrics& metrics) {
  double sent = 0;
  double carried = 0;
  double offered = 0;
  std::vector<Duration> waits;
  for (const LinkEvent& event : record.forward) {
    if (event.at < record.begin || event.at >= record.end) continue;
    switch (event.kind) {
      case LinkEventKind::kOpportunity:
        offered += transport::kOpportunityBytes;
        carried += event.bytes;
        break;
      case LinkEventKind::kEnqueue:
      case LinkEventKind::kDropQueue:
        sent += event.bytes;
        break;
      case LinkEventKind::kDequeue:
        waits.push_back(event.queued);
        break;
      case LinkEventKind::kDropLoss:
        break;
    }
  }
  const double to_mbps = 8e-6 / std::max(1e-9, to_seconds(record.end - record.begin));
  metrics.sent_mbps = sent * to_mbps;
  metrics.carried_mbps = carried * to_mbps;
  metrics.capacity_mbps = offered * to_mbps;
  metrics.used_share = offered > 0 ? carried / offered : 0;
  metrics.queue_p95_ms = to_ms(transport::quantile(std::move(waits), 0.95));
}

}  // namespace

Spread spread_of(std::vector<Duration> samples) {
  std::ranges::sort(samples);
  const auto at = [&](double q) {
    const auto rank = static_cast<std::size_t>(q * static_cast<double>(samples.size()));
    return samples.empty() ? 0 : to_ms(samples[std::min(rank, samples.size() - 1)]);
  };
  return {at(0.5), at(0.75), at(0.95), at(0.99), at(1)};
}

std::vector<CaptureDelay> capture_delays(std::span<const CaptureRecord> captures,
                                         std::span<const DisplayRecord> displays, TimePoint begin,
                                         TimePoint end, TimePoint watched_until) {
  // The earliest display of each number, then of it or any later one.
  std::map<std::uint64_t, TimePoint> answers;
  for (const DisplayRecord& display : displays)
    if (display.frame) answers.emplace(*display.frame, display.at);
  TimePoint earliest = kNever;
  for (auto later = answers.rbegin(); later != answers.rend(); ++later)
    later->second = earliest = std::min(earliest, later->second);

  std::vector<CaptureDelay> delays;
  for (const CaptureRecord& capture : captures) {
    if (capture.at < begin || capture.at >= end) continue;
    const auto answer = answers.lower_bound(capture.frame);
    const bool answered = answer != answers.end() && answer->second <= watched_until;
    const TimePoint until = answered ? answer->second : watched_until;
    delays.push_back({capture.frame, capture.at, until - capture.at, answered});
  }
  return delays;
}

Motion motion_of(std::span<const DisplayRecord> displays, TimePoint begin, TimePoint end,
                 TimePoint watched_until) {
  Motion motion;
  std::size_t shown = 0;
  Duration frozen{};
  Duration longest{};
  TimePoint last = begin;
  const auto gap = [&](TimePoint from, TimePoint to) {
    if (to - from <= kFreeze || from >= end) return;
    longest = std::max(longest, to - from);
    frozen += std::min(to, end) - from;
  };
  for (const DisplayRecord& display : new_frames(displays)) {
    if (display.at < begin) continue;
    shown += display.at < end ? 1 : 0;
    gap(last, display.at);
    last = display.at;
  }
  gap(last, watched_until);
  const double seconds = std::max(1e-9, to_seconds(end - begin));
  motion.frames_per_second = static_cast<double>(shown) / seconds;
  motion.frozen_share = to_seconds(frozen) / seconds;
  motion.longest_freeze_ms = to_ms(longest);
  return motion;
}

bool is_void(const CallRecord& record) {
  return record.validity && record.validity->lateness_p99 > kMostLateness;
}

CallMetrics measure_call(const CallRecord& record) {
  CallMetrics metrics;
  const auto fresh = new_frames(record.displays);
  const TimePoint first = fresh.empty() ? record.end : std::min(fresh.front().at, record.end);
  OracleConfig config;
  config.one_way = record.settings.one_way;
  config.frame_interval = record.settings.frame_interval;
  const auto oracle = oracle_displays(record.captures, opportunities_of(record), config);

  metrics.whole = measure_part(record, oracle, record.begin, false);
  metrics.after_start = measure_part(record, oracle, std::max(record.begin, first), true);
  metrics.displayed = displayed_quality(fresh, record.begin, record.end);
  for (const DisplayRecord& display : record.displays)
    metrics.unreadable += display.at >= record.begin && display.at < record.end && !display.frame ? 1 : 0;
  for (const DisplayRecord& display : fresh)
    metrics.displays += display.at >= record.begin && display.at < record.end ? 1 : 0;
  metrics.startup_ms = to_ms(first - record.begin);
  measure_link(record, metrics);
  metrics.oracle.delay_ms = spread_of(
      delays_alone(capture_delays(record.captures, oracle, record.begin, record.end, record.watched_until)));
  metrics.oracle.motion = motion_of(oracle, record.begin, record.end, record.watched_until);
  return metrics;
}

}  // namespace skirret::bench
