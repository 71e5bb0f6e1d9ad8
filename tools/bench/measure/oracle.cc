#include "tools/bench/measure/oracle.hh"

namespace skirret::bench {

std::vector<TimePoint> opportunities_of(const CallRecord& record) {
  std::vector<TimePoint> times;
  for (const transport::LinkEvent& event : record.forward)
    if (event.kind == transport::LinkEventKind::kOpportunity) times.push_back(event.at);
  return times;
}

std::vector<DisplayRecord> oracle_displays(std::span<const CaptureRecord> captures,
                                           std::span<const TimePoint> opportunities,
                                           const OracleConfig& config) {
  std::vector<DisplayRecord> displays;
  std::size_t ready = 0;  // so many frames are ready before the opportunity
  for (const TimePoint at : opportunities) {
    while (ready < captures.size() && captures[ready].at + config.coding < at) ++ready;
    if (ready == 0) continue;
    const CaptureRecord& newest = captures[ready - 1];
    const TimePoint shown = at + config.one_way;
    if (displays.empty() || displays.back().frame != newest.frame) {
      displays.push_back({shown, newest.frame, std::nullopt});
    } else if (at <= newest.at + config.coding + config.frame_interval) {
      displays.back().at = shown;
    }
  }
  return displays;
}

}  // namespace skirret::bench
