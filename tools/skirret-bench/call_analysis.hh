#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/base/time.hh"
#include "tools/skirret-bench/call_log.hh"

namespace skirret::bench {

// One shown picture against the source picture of the same frame number.
struct FrameQuality {
  std::uint64_t frame = 0;
  double ssim_y = 0;  // luma, 0 … 1
  double mse_y = 0;   // luma mean squared error
};

// Decibels of a mean, cut at 60 (SSIM) and 100 (PSNR) so that identical pictures can be drawn and averaged.
double ssim_db(double ssim);
double psnr_db(double mse);

struct QualitySummary {
  double ssim_y = 0;  // mean over the shown pictures
  double ssim_y_db = 0;
  double psnr_y_db = 0;  // from the mean squared error over all shown pictures
};

struct LinkSummary {
  std::uint64_t bytes_offered = 0;  // from the first capture to the last display; 1504 an opportunity
  std::uint64_t bytes_carried = 0;
  Duration queue_p95{};  // waits in the link's queue, outside outages
  std::uint64_t outages = 0;
  Duration outage_time{};
  std::uint64_t way_back_outages = 0;  // no acknowledgement can arrive
  Duration way_back_outage_time{};
};

struct CallSummary {
  Duration length{};  // from the first capture to the last capture
  std::uint64_t frames_captured = 0;
  std::uint64_t frames_superseded = 0;  // not coded: a newer capture came before their turn
  std::uint64_t frames_skipped = 0;     // coded, but no candidate fitted the budget
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_shown = 0;
  std::uint64_t key_frames = 0;         // sent
  std::uint64_t over_budget = 0;        // frames sent that were larger than their budget, probes apart
  std::uint64_t probes = 0;             // frames of one packet at most, sent while the budget was 0
  double candidates_a_frame = 0;        // mean over the coded frames
  std::uint64_t bytes_coded = 0;        // of the frames sent, before packets and sealing
  std::uint64_t losses = 0;             // frames that the receiver gave up
  std::uint64_t frames_unanswered = 0;  // captured, and neither they nor a later frame was shown
  // From a frame's capture to the display of it or of a later one, whichever came first.
  Duration delay_p50{};
  Duration delay_p95{};
  Duration delay_max{};
  Duration longest_freeze{};  // between two displays
  std::optional<LinkSummary> link;
  std::optional<QualitySummary> quality;
};

// What the plots show; seconds since the first capture.
struct Point {
  double seconds = 0;
  double value = 0;
  bool operator==(const Point&) const = default;
};

struct Stretch {
  double begin = 0;
  double end = 0;
  bool operator==(const Stretch&) const = default;
};

struct Timeline {
  double seconds = 0;                   // from the first capture to the last display
  double bin_seconds = 0;               // of the three rates
  std::vector<Point> offered_mbps;      // at the middle of each bin
  std::vector<Point> carried_mbps;      // charged bytes that the link delivered
  std::vector<Point> sent_mbps;         // bytes of the frames sent
  std::vector<Point> delay_ms;          // at each capture
  std::vector<Point> queue_ms;          // longest wait in the link's queue in each bin
  std::vector<Point> ssim_y_db;         // at each display
  std::vector<Point> psnr_y_db;         // at each display
  std::vector<Point> budget_bytes;      // at each choice
  std::vector<Point> chosen_bytes;      // of the frames sent
  std::vector<Point> candidate_bytes;   // of all candidates
  std::vector<Point> chosen_quantizer;  // of the frames sent
  std::vector<Stretch> way_back_outages;
};

struct CallAnalysis {
  CallSummary summary;
  Timeline timeline;
};

// Pure: the same log gives the same numbers. kNotFound when nothing was captured or nothing was shown.
Result<CallAnalysis> analyse_call(const CallLog& log, std::span<const FrameQuality> quality);

}  // namespace skirret::bench
