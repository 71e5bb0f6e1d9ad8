#include "tools/skirret-sender/stats.hh"

#include <cinttypes>
#include <cstdio>

namespace skirret::tools {
namespace {

cli::Json state_text(const std::optional<StateId>& id) {
  if (!id) return nullptr;
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, id->value);
  return text;
}

}  // namespace

void SenderStats::on_capture(const sender::CaptureEvent& event) {
  ++totals_.captured;
  if (file_) file_->write(event.at, "capture", {{"frame", event.frame}});
}

void SenderStats::on_frame(const sender::FrameEvent& event) {
  totals_.coding += event.coding;
  if (event.sent) {
    ++totals_.sent;
    totals_.bytes += event.bytes;
    totals_.key_frames += event.key_frame ? 1 : 0;
    totals_.recoveries += event.recovery ? 1 : 0;
  } else {
    ++totals_.skipped;
  }
  if (!file_) return;
  cli::Json candidates = cli::Json::array();
  for (const sender::CandidateReport& candidate : event.candidates)
    candidates.push_back({{"quantizer", candidate.quantizer}, {"bytes", candidate.bytes}});
  file_->write(event.at, "frame",
               {{"frame", event.frame},
                {"bytes", event.bytes},
                {"budget", event.budget},
                {"source_state", state_text(event.source_state)},
                {"target_state", state_text(event.target_state)},
                {"quantizer", event.quantizer},
                {"candidates", std::move(candidates)},
                {"sent", event.sent},
                {"key_frame", event.key_frame},
                {"recovery", event.recovery},
                {"effort", event.effort},
                {"coding_ms", to_ms(event.coding)},
                {"finishing_ms", event.sent ? cli::Json(to_ms(event.finishing)) : cli::Json()}});
}

void SenderStats::on_ack(const sender::AckEvent& event) {
  if (!file_) return;
  file_->write(
      event.at, "ack",
      {{"frame", event.frame}, {"rtt_ms", to_ms(event.round_trip)}, {"capacity_bps", event.capacity_bps}});
}

}  // namespace skirret::tools
