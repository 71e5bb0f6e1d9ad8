#include "tools/skirret-cloudenc/options.hh"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <thread>

#include <unistd.h>

#include "cloudenc/stitch/output.hh"

namespace skirret::cloudenc_tool {

void declare(CLI::App& app, Options& options) {
  options.jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  cloudenc::EncodeOptions& encode = options.job.encode;
  app.add_option("INPUT", options.job.input,
                 "Any file FFmpeg reads, a folder or pattern (%04d) of PNGs, or - for y4m on stdin");
  app.add_option("-o,--output", options.output, "OUT.webm or OUT.ivf");
  app.add_option("--chunk", encode.division.chunk, "Frames that one task encodes")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--batch", encode.division.batch, "Chunks behind one key frame")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  auto* quality = app.add_option("--quality", encode.quality, "0 finest to 63 coarsest (libvpx's quantizer)")
                      ->check(CLI::Range(0, 63))
                      ->capture_default_str();
  auto* ssim = app.add_option("--ssim", options.ssim_db, "Mean luma SSIM to reach, in dB, about")
                   ->check(CLI::Range(1.0, 40.0))
                   ->excludes(quality);
  app.add_option("--kbps", options.kbps, "Rate of the pictures to keep to, in 1000 bits a second, about")
      ->check(CLI::Range(1, 1'000'000))
      ->excludes(quality)
      ->excludes(ssim);
  app.add_option("--effort", encode.effort, "How hard libvpx tries")
      ->check(CLI::IsMember({"good", "best", "rt"}))
      ->capture_default_str();
  app.add_option("--keyframes", options.key_frames, "Key frames each batch only, or at cuts, too")
      ->check(CLI::IsMember({"fixed", "scenes"}))
      ->capture_default_str();
  app.add_option("--audio", options.audio, "opus (copied where it is that already), copy or none")
      ->check(CLI::IsMember({"copy", "opus", "none"}))
      ->capture_default_str();
  app.add_option("--audio-kbps", options.job.sound_kbps, "Of Opus; 0: 64 for mono, 112 for stereo")
      ->check(CLI::Range(0, 510));
  app.add_option("--fps", options.fps, "Pictures a second, of PNGs")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  app.add_option("--engine", options.engine, "What runs the tasks")
      ->check(CLI::IsMember({"local"}))
      ->capture_default_str();
  app.add_option("--jobs,-j", options.jobs, "Tasks at a time; the bytes do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--memory", options.memory_mib, "MiB that running tasks may take together")
      ->check(CLI::Range(64, 1 << 24))
      ->capture_default_str();
  app.add_option("--disk", options.disk_mib, "MiB that decoded pictures may take in the store")
      ->check(CLI::Range(64, 1 << 24))
      ->capture_default_str();
  app.add_option("--store", options.store,
                 "Folder that keeps results for later jobs; without it OUT.work, which goes at the end");
  app.add_flag("--resume", options.resume, "Go on with what an interrupted job left in OUT.work");
  app.add_flag("--plan-only", options.plan_only, "Make the plan, print it, and encode nothing");
  app.add_option("--timeline", options.timeline, "Draw each task on its worker over time (HTML)");
}

namespace {

// Told now, not after an hour of coding.
Result<void> check_output(const std::filesystem::path& output) {
  std::error_code error;
  const std::filesystem::path folder = output.has_parent_path() ? output.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, error))
    return fail(ErrorCode::kNotFound, output.string() + ": cannot be written: make its folder first");
  if (std::filesystem::is_directory(output, error))
    return fail(ErrorCode::kIo, output.string() + ": is a folder: name a file");
  const bool there = std::filesystem::exists(output, error);
  if (::access(folder.c_str(), W_OK | X_OK) != 0 || (there && ::access(output.c_str(), W_OK) != 0))
    return fail(ErrorCode::kIo, output.string() + ": cannot be written: " + std::strerror(errno) +
                                    ": choose a place you may write to");
  return {};
}

// Of input, output and time line no two may be one file: it would be lost.
Result<void> check_distinct(const Options& options) {
  const auto same = [](const std::string& a, const std::string& b) {
    std::error_code ignored;
    return !a.empty() && !b.empty() &&
           std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored);
  };
  for (const std::string* written : {&options.output, &options.timeline})
    if (same(*written, options.job.input))
      return fail(ErrorCode::kInvalid, *written + ": is the input itself: name another file");
  if (same(options.timeline, options.output))
    return fail(ErrorCode::kInvalid, options.timeline + ": is the output, too: name another file");
  return {};
}

}  // namespace

Result<void> settle(Options& options) {
  if (options.job.input.empty()) return fail(ErrorCode::kInvalid, "INPUT is missing: name a file");
  if (options.output.empty()) return fail(ErrorCode::kInvalid, "-o is missing: name OUT.webm or OUT.ivf");
  if (const auto kind = cloudenc::is_webm(options.output); !kind) return tl::unexpected(kind.error());
  if (auto fine = check_distinct(options); !fine) return fine;
  if (auto fine = check_output(options.output); !fine) return fine;
  if (!options.timeline.empty())
    if (auto fine = check_output(options.timeline); !fine) return fine;
  options.job.output = options.output;
  options.job.key_frames_at_scenes = options.key_frames == "scenes";
  options.job.sound = options.audio == "none"   ? cloudenc::SoundChoice::kNone
                      : options.audio == "copy" ? cloudenc::SoundChoice::kCopy
                                                : cloudenc::SoundChoice::kOpus;
  if (options.ssim_db > 0) options.job.wish.ssim_db = options.ssim_db;
  if (options.kbps > 0) options.job.wish.kbps = options.kbps;
  options.job.picture_rate = {static_cast<int>(std::lround(options.fps * 1000)), 1000};
  std::error_code ignored;
  const std::filesystem::path folder = options.store_folder();
  if (options.store.empty() && !options.resume && std::filesystem::exists(folder / "lock", ignored))
    return fail(ErrorCode::kIo,
                folder.string() +
                    ": holds what an interrupted job has finished: go on with --resume, or remove "
                    "the folder to begin anew");
  return {};
}

}  // namespace skirret::cloudenc_tool
