#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloudenc/split/split.hh"
#include "codec/base/result.hh"
#include "tools/bench/report/compared_figure.hh"
#include "tools/skirret-cloudenc/timeline.hh"

namespace skirret::bench {

// What `skirret-bench cloud` is to measure.
struct CloudBenchOptions {
  std::vector<std::string> clips;                 // paths or names of recorded clips
  std::size_t frames = 192;                       // of each clip at most; 0: all
  std::vector<int> qualities = {12, 22, 34, 46};  // ours and libvpx's; four or more
  std::vector<cloudenc::Division> divisions = {{6, 16}, {24, 4}};
  std::vector<int> threads = {2, 31};  // of libvpx, beside 1
  int lag = 25;                        // of libvpx, beside none; 0: leave it out
  int jobs = 1;
  std::vector<int> workers = {1, 2};  // how the wall time falls with them, at the second quality
  std::size_t rebased = 24;           // frames to measure rebasing's speed with; 0: leave it out
  // File of points of libvpx's, and of ours by this very program: read, and added to; empty: none.
  std::string known;
  std::string frames_csv;  // where to write each frame's bytes, SSIM and quantizer; empty: nowhere
};

struct CloudPoint {
  int quality = 0;
  double kbps = 0;
  double ssim_db = 0;        // of the mean luma SSIM
  double worst_ssim_db = 0;  // of the worst frame
  double cpu_seconds = 0;    // of the whole process
  double wall_seconds = 0;
};

struct CloudCurve {
  std::string name;
  std::vector<CloudPoint> points;
  std::optional<double> bits;  // percent beside libvpx on one thread, at equal SSIM
  double cpu_ratio = 0;        // likewise
  // Decibels that its worst frame lies below libvpx's worst on one thread at the same mean SSIM (between
  // libvpx's points, and beyond them, on straight lines), at the point where that is most.
  std::optional<double> worst_below;
  std::map<std::string, double> task_seconds;  // ours: CPU of all points together, by the tasks' function
};

// One encoding of ours from an empty store.
struct CloudScaling {
  int workers = 1;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::vector<cloudenc_tool::TimelineEntry> tasks;
};

// libvpx's interframes onto their own states, on one thread: as fast as the chain along a batch goes.
struct CloudRebase {
  // Rebase and finish, frames in a second of CPU: modes as they are, verbatim and improved; found again, as
  // cloudenc's chain does.
  double plain_fps = 0, improved_fps = 0, again_fps = 0;
  // Percent beside libvpx's frames, at equal SSIM.
  std::optional<double> plain_bits, improved_bits, again_bits;
};

struct CloudFigures {
  std::string clip;
  std::size_t frames = 0;
  int key_frame_interval = 0;
  std::vector<CloudCurve> curves;     // libvpx on one thread first
  std::vector<CloudScaling> scaling;  // by the number of workers
  std::optional<CloudRebase> rebase;
};

// For each clip and each distance of key frames. kNotFound, kInvalid; `step` as measure_codec's.
Result<std::vector<CloudFigures>> measure_cloud(const CloudBenchOptions& options,
                                                const std::function<bool(const std::string&)>& step);

nlohmann::ordered_json cloud_json(const std::vector<CloudFigures>& figures);
// What two reports are compared by; cloud_json() has the groups.
std::vector<ComparedFigure> cloud_compared_figures();
std::string cloud_text(const std::vector<CloudFigures>& figures);
// A page that stands alone: curves, scaling, and the time line of each worker.
std::string cloud_page(const std::vector<CloudFigures>& figures);

}  // namespace skirret::bench
