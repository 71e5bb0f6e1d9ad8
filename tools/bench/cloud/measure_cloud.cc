#include "tools/bench/cloud/measure_cloud.hh"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>

#include <unistd.h>

#include "cloudenc/engine/local_engine.hh"
#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/registry.hh"
#include "cloudenc/job/job.hh"
#include "cloudenc/thunk/content_hash.hh"
#include "codec/container/ivf.hh"
#include "codec/container/y4m.hh"
#include "codec/decoder/decoder.hh"
#include "codec/quality/quality.hh"
#include "tools/bench/cloud/known_points.hh"
#include "tools/bench/cloud/rebase_speed.hh"
#include "tools/bench/cloud/two_pass_vpx.hh"
#include "tools/bench/codec/bd_rate.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/codec/cpu_time.hh"

namespace skirret::bench {
namespace {

namespace fs = std::filesystem;

// A folder of ours that goes with the object.
class WorkFolder {
 public:
  WorkFolder() : path_(fs::temp_directory_path() / ("skirret-bench-cloud-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

Result<std::string> write_y4m(const Clip& clip, const fs::path& path) {
  codec::Y4mHeader header;
  header.dimensions = clip.info.dimensions;
  header.rate_numerator = static_cast<std::uint32_t>(clip.info.rate.numerator);
  header.rate_denominator = static_cast<std::uint32_t>(clip.info.rate.denominator);
  auto writer = codec::Y4mWriter::create(path, header);
  if (!writer) return tl::unexpected(writer.error());
  for (const codec::Picture& picture : clip.pictures)
    if (auto done = writer->write(picture); !done) return tl::unexpected(done.error());
  if (auto done = writer->finish(); !done) return tl::unexpected(done.error());
  return path.string();
}

Result<std::vector<ByteVector>> frames_of_ivf(const fs::path& path) {
  auto reader = codec::IvfReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<ByteVector> frames;
  while (true) {
    const auto frame = reader->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) return frames;
    frames.emplace_back((*frame)->data.begin(), (*frame)->data.end());
  }
}

// This very program: another one's streams of ours are others. Empty: it cannot be read.
std::string program_name() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string program(std::istreambuf_iterator<char>(file), {});
  if (program.empty()) return {};
  const auto* const start = reinterpret_cast<const std::uint8_t*>(program.data());
  return cloudenc::ContentHash::of(Bytes(start, program.size())).hex().substr(0, 16);
}

// libvpx starts no more threads than there are cores, and its streams depend on their number.
std::string threads_name(int threads) {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  return std::to_string(threads) + " threads" +
         (cores > 0 && cores < threads ? " on " + std::to_string(cores) + " cores" : "");
}

// What the clips of one measurement share.
struct Bench {
  const CloudBenchOptions& options;
  const std::function<bool(const std::string&)>& step;
  WorkFolder work;
  KnownPoints known;
  std::string program;   // empty: nothing of ours is known or kept
  std::ofstream frames;  // of the CSV, if asked for
};

class ClipBench {
 public:
  ClipBench(Bench& bench, const Clip& clip, std::string file)
      : bench_(bench),
        options_(bench.options),
        clip_(clip),
        file_(std::move(file)),
        work_(bench.work),
        step_(bench.step) {}

  Result<CloudFigures> run(const cloudenc::Division& division) {
    const int interval = static_cast<int>(division.chunk * division.batch);
    CloudFigures figures{clip_.name, clip_.pictures.size(), interval, {}, {}, {}};
    std::vector<Result<CloudCurve>> curves;
    const std::string what = clip_.name + ", " + std::to_string(clip_.pictures.size()) +
                             " frames, a key frame each " + std::to_string(interval) + ", ";
    const auto vpx = [&](const std::string& name, int threads, int lag) {
      return curve(name, what + name, [=, this](int quality) {
        return encode_two_pass(clip_.pictures, clip_.info.rate, {quality, threads, lag, interval});
      });
    };
    curves.push_back(vpx("libvpx, 1 thread", 1, 0));
    for (const int threads : options_.threads)
      curves.push_back(vpx("libvpx, " + threads_name(threads), threads, 0));
    if (options_.lag > 0)
      curves.push_back(vpx("libvpx, lag " + std::to_string(options_.lag), 1, options_.lag));
    task_seconds_.clear();
    const std::string ours =
        "[" + std::to_string(division.chunk) + "," + std::to_string(division.batch) + "]";
    curves.push_back(curve(ours, bench_.program.empty() ? "" : what + ours + " by " + bench_.program,
                           [&](int quality) { return encode_ours(division, quality, options_.jobs); }));
    for (auto& made : curves) {
      if (!made) return tl::unexpected(made.error());
      figures.curves.push_back(std::move(*made));
    }
    figures.curves.back().task_seconds = task_seconds_;
    compare(figures.curves);
    for (const int workers : options_.workers) {
      auto run = scaling(division, workers);
      if (!run) return tl::unexpected(run.error());
      figures.scaling.push_back(std::move(*run));
    }
    return figures;
  }

 private:
  // `known`: under what name points stand in the file of those; empty: they are measured each time.
  template <class Encode>
  Result<CloudCurve> curve(const std::string& name, const std::string& known, Encode encode) {
    CloudCurve made;
    made.name = name;
    for (const int quality : options_.qualities) {
      const std::string key = known + ", " + std::to_string(quality);
      if (const auto point = bench_.known.find(key); point && !known.empty()) {
        made.points.push_back(*point);
        continue;
      }
      if (!step_(clip_.name + " " + name + " " + std::to_string(quality)))
        return fail(ErrorCode::kIo, "stopped");
      const double start = process_cpu_seconds();
      const auto clock = std::chrono::steady_clock::now();
      const auto frames = encode(quality);
      const double cpu = process_cpu_seconds() - start;
      const double wall = to_seconds(std::chrono::steady_clock::now() - clock);
      if (!frames) return tl::unexpected(frames.error());
      auto point = judge(*frames, name + "," + std::to_string(quality));
      if (!point) return tl::unexpected(point.error());
      point->quality = quality;
      point->cpu_seconds = cpu;
      point->wall_seconds = wall;
      made.points.push_back(*point);
      if (known.empty()) continue;
      if (auto kept = bench_.known.add(key, *point); !kept) return tl::unexpected(kept.error());
    }
    return made;
  }

  // Everything from the file on, in a store of its own: what a first run costs.
  Result<std::vector<ByteVector>> encode_ours(const cloudenc::Division& division, int quality, int jobs,
                                              cloudenc::JobWatcher watcher = {}) {
    const cloudenc::Registry registry = cloudenc::all_functions();
    auto store = cloudenc::FolderStore::open(work_ / "store");
    if (!store) return tl::unexpected(store.error());
    Result<cloudenc::JobResult> result;
    cloudenc::JobOptions job;
    job.input = file_;
    job.output = work_ / "out.ivf";
    job.encode.division = division;
    job.encode.quality = quality;
    {
      cloudenc::LocalOptions local;
      local.jobs = jobs;
      cloudenc::LocalEngine engine(local, [&](const cloudenc::Thunk& thunk, std::stop_token stop) {
        cloudenc::RunResult made;
        const double cpu = timed_on_this_thread(
            [&] { made = cloudenc::run_thunk(thunk, registry, **store, std::move(stop)); });
        const std::lock_guard lock(timing_);
        task_seconds_[thunk.function] += cpu;
        return made;
      });
      result =
          cloudenc::Job(job, **store, engine, registry, std::uint64_t{4} << 30, std::move(watcher)).run();
    }
    store->reset();
    if (auto gone = cloudenc::remove_store(work_ / "store"); !gone) return tl::unexpected(gone.error());
    if (!result) return tl::unexpected(result.error());
    return frames_of_ivf(work_ / "out.ivf");
  }

  Result<CloudScaling> scaling(const cloudenc::Division& division, int workers) {
    if (!step_(clip_.name + " with " + std::to_string(workers) + " workers"))
      return fail(ErrorCode::kIo, "stopped");
    CloudScaling run;
    run.workers = workers;
    const double start = process_cpu_seconds();
    const auto clock = std::chrono::steady_clock::now();
    const int quality = options_.qualities[std::min<std::size_t>(1, options_.qualities.size() - 1)];
    cloudenc::JobWatcher watcher;
    watcher.event = [&run](const cloudenc::JobEvent& event) {
      if (event.attempt) run.tasks.push_back({event.node->function, event.node->label, *event.attempt});
    };
    const auto frames = encode_ours(division, quality, workers, std::move(watcher));
    if (!frames) return tl::unexpected(frames.error());
    run.cpu_seconds = process_cpu_seconds() - start;
    run.wall_seconds = to_seconds(std::chrono::steady_clock::now() - clock);
    return run;
  }

  // `label`: of the CSV's lines.
  Result<CloudPoint> judge(const std::vector<ByteVector>& frames, const std::string& label) const {
    codec::State state;
    codec::QualityMeter meter;
    std::size_t bytes = 0, shown = 0;
    double worst = 1;
    for (const ByteVector& frame : frames) {
      bytes += frame.size();
      const auto parsed = codec::parse(state, frame);
      if (!parsed) return tl::unexpected(parsed.error());
      auto decoded = codec::reconstruct(state, *parsed);
      state = std::move(decoded.next);
      if (!decoded.show) continue;
      if (shown == clip_.pictures.size())
        return fail(ErrorCode::kMalformed, "a stream shows too many pictures");
      const auto quality = codec::measure_luma(clip_.pictures[shown++], decoded.shown);
      if (bench_.frames.is_open())
        bench_.frames << clip_.name << "," << label << "," << shown - 1 << "," << frame.size() << ","
                      << quality.ssim[0] << "," << int{parsed->header.quantizer.y_ac} << "\n";
      worst = std::min(worst, quality.ssim[0]);
      meter.add(quality);
    }
    if (shown != clip_.pictures.size()) return fail(ErrorCode::kMalformed, "a stream shows too few pictures");
    CloudPoint point;
    point.kbps = static_cast<double>(bytes) * 8 / 1000 / clip_.seconds();
    point.ssim_db = codec::ssim_to_db(meter.ssim(codec::PlaneName::kY));
    point.worst_ssim_db = codec::ssim_to_db(worst);
    return point;
  }

  // The worst frame's decibels where the mean is `mean`.
  static std::optional<double> worst_at(std::vector<CloudPoint> points, double mean) {
    std::ranges::sort(points, {}, &CloudPoint::ssim_db);
    for (std::size_t i = 1; i < points.size(); ++i) {
      const CloudPoint &a = points[i - 1], &b = points[i];
      if ((b.ssim_db < mean && i + 1 < points.size()) || b.ssim_db <= a.ssim_db) continue;
      const double share = (mean - a.ssim_db) / (b.ssim_db - a.ssim_db);
      return a.worst_ssim_db + share * (b.worst_ssim_db - a.worst_ssim_db);
    }
    return std::nullopt;
  }

  static void compare(std::vector<CloudCurve>& curves) {
    const auto rates = [](const CloudCurve& curve) {
      std::vector<RatePoint> points;
      for (const CloudPoint& point : curve.points) points.push_back({point.kbps, point.ssim_db});
      return points;
    };
    const auto cpu = [](const CloudCurve& curve) {
      double sum = 0;
      for (const CloudPoint& point : curve.points) sum += point.cpu_seconds;
      return sum;
    };
    const auto anchor = rates(curves.front());
    for (CloudCurve& curve : curves) {
      curve.bits = bd_rate(anchor, rates(curve), BdMethod::kPiecewise);
      curve.cpu_ratio = cpu(curve) / cpu(curves.front());
      for (const CloudPoint& point : curve.points)
        if (const auto theirs = worst_at(curves.front().points, point.ssim_db))
          curve.worst_below = std::max(curve.worst_below.value_or(-1e9), *theirs - point.worst_ssim_db);
    }
  }

  Bench& bench_;
  const CloudBenchOptions& options_;
  const Clip& clip_;
  std::string file_;
  const WorkFolder& work_;
  const std::function<bool(const std::string&)>& step_;
  std::mutex timing_;
  std::map<std::string, double> task_seconds_;
};

}  // namespace

Result<std::vector<CloudFigures>> measure_cloud(const CloudBenchOptions& options,
                                                const std::function<bool(const std::string&)>& step) {
  auto known = KnownPoints::open(options.known);
  if (!known) return tl::unexpected(known.error());
  std::vector<CloudFigures> all;
  Bench bench{options, step, {}, std::move(*known), options.known.empty() ? "" : program_name(), {}};
  if (!options.frames_csv.empty()) {
    bench.frames.open(options.frames_csv, std::ios::trunc);
    if (!(bench.frames << "clip,curve,quality,frame,bytes,ssim,quantizer\n"))
      return fail(ErrorCode::kIo, options.frames_csv + ": cannot be written");
  }
  for (const std::string& name : options.clips) {
    const auto path = find_clip(name);
    if (!path) return tl::unexpected(path.error());
    const auto clip = load_clip(*path, options.frames);
    if (!clip) return tl::unexpected(clip.error());
    const auto file = write_y4m(*clip, bench.work / "clip.y4m");
    if (!file) return tl::unexpected(file.error());
    ClipBench clip_bench(bench, *clip, *file);
    for (const cloudenc::Division& division : options.divisions) {
      auto figures = clip_bench.run(division);
      if (!figures) return tl::unexpected(figures.error());
      all.push_back(std::move(*figures));
    }
    if (options.rebased < 2) continue;
    if (!step(clip->name + ", rebasing")) return fail(ErrorCode::kIo, "stopped");
    auto rebase = rebase_speed(clip->pictures, options.rebased, options.qualities);
    if (!rebase) return tl::unexpected(rebase.error());
    all.back().rebase = std::move(*rebase);
  }
  return all;
}

}  // namespace skirret::bench
