#include "tools/bench/report/measured_run.hh"

#include <algorithm>
#include <map>

#include "codec/quality/quality.hh"
#include "transport/link/opportunities.hh"

namespace skirret::bench {
namespace {

using transport::LinkEventKind;

constexpr double kBin = 0.5;          // seconds
constexpr std::size_t kPoints = 300;  // of a delay line, at most

std::vector<LinePoint> thinned(const std::vector<CaptureDelay>& delays, TimePoint begin, double seconds) {
  std::map<int, LinePoint> worst;
  const double width = std::max(1e-3, seconds / static_cast<double>(kPoints));
  for (const CaptureDelay& delay : delays) {
    const double at = to_seconds(delay.captured - begin);
    LinePoint& point = worst[static_cast<int>(at / width)];
    if (to_ms(delay.delay) > point.value) point = {at, to_ms(delay.delay)};
  }
  std::vector<LinePoint> line;
  for (const auto& [bin, point] : worst) line.push_back(point);
  return line;
}

struct Bins {
  std::map<int, double> sums;
  std::map<int, std::size_t> counts;

  void add(double seconds, double value) {
    const int bin = static_cast<int>(seconds / kBin);
    sums[bin] += value;
    ++counts[bin];
  }
};

void draw_link(const CallRecord& record, RunLines& lines) {
  Bins offered;
  Bins carried;
  for (const auto& event : record.forward) {
    if (event.kind != LinkEventKind::kOpportunity || event.at < record.begin || event.at >= record.end)
      continue;
    const double at = to_seconds(event.at - record.begin);
    offered.add(at, transport::kOpportunityBytes);
    carried.add(at, event.bytes);
  }
  const int bins = static_cast<int>(to_seconds(record.end - record.begin) / kBin);
  for (int bin = 0; bin < bins; ++bin) {
    const double at = (bin + 0.5) * kBin;
    lines.capacity_mbps.push_back({at, offered.sums[bin] * 8e-6 / kBin});
    lines.carried_mbps.push_back({at, carried.sums[bin] * 8e-6 / kBin});
  }
}

void draw_quality(const CallRecord& record, RunLines& lines) {
  Bins ssim;
  for (const DisplayRecord& display : record.displays)
    if (display.distance && display.at < record.end)
      ssim.add(to_seconds(display.at - record.begin), display.distance->ssim);
  for (const auto& [bin, sum] : ssim.sums) {
    const double mean = sum / static_cast<double>(ssim.counts[bin]);
    lines.ssim_db.push_back({(bin + 0.5) * kBin, std::min(100.0, codec::ssim_to_db(mean))});
  }
}

}  // namespace

MeasuredRun measure_run(const CallRecord& record) {
  MeasuredRun run;
  run.settings = record.settings;
  run.metrics = measure_call(record);
  run.validity = record.validity;
  run.is_void = is_void(record);
  run.key_frames = record.key_frames;
  run.code = record.code;
  run.seconds = to_seconds(record.end - record.begin);
  OracleConfig config;
  config.one_way = record.settings.one_way;
  config.frame_interval = record.settings.frame_interval;
  const auto oracle = oracle_displays(record.captures, opportunities_of(record), config);
  const auto delays_of = [&](std::span<const DisplayRecord> displays) {
    return thinned(capture_delays(record.captures, displays, record.begin, record.end, record.watched_until),
                   record.begin, run.seconds);
  };
  run.lines.delay_ms = delays_of(record.displays);
  run.lines.oracle_delay_ms = delays_of(oracle);
  draw_link(record, run.lines);
  draw_quality(record, run.lines);
  return run;
}

}  // namespace skirret::bench
