#include "tools/skirret-bench/call_matrix.hh"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <unistd.h>

#include "tools/bench/live/live_call.hh"

namespace skirret::bench {
namespace {

struct Task {
  const LoopedClip* clip = nullptr;
  const CallLink* link = nullptr;
  CallSettings settings;
};

std::vector<Task> tasks_of(const CallMatrix& matrix) {
  std::vector<Task> tasks;
  for (const LoopedClip& clip : matrix.clips) {
    for (const CallLink& link : matrix.links) {
      for (const std::string& system : matrix.systems) {
        for (int repetition = 0; repetition < matrix.repetitions; ++repetition) {
          CallSettings settings;
          settings.system = system;
          settings.clip = clip.name();
          settings.trace = link.name;
          settings.size = clip.size();
          settings.frame_interval = Duration(1'000'000'000 * clip.rate().denominator / clip.rate().numerator);
          settings.one_way = matrix.one_way;
          settings.trace_offset = matrix.offset;
          settings.queue_packets = matrix.queue_packets;
          settings.loss = link.loss;
          settings.seed = matrix.seed + static_cast<std::uint64_t>(repetition);
          settings.live = matrix.live && runs_live(system);
          tasks.push_back({&clip, &link, std::move(settings)});
        }
      }
    }
  }
  return tasks;
}

Result<MeasuredRun> run_virtually(const CallMatrix& matrix, const Task& task,
                                  const std::function<bool()>& stop) {
  VirtualCall call;
  call.settings = task.settings;
  call.settings.notes = "coding " + matrix.coding.name();
  call.forward = task.link->forward;
  call.reverse = task.link->reverse;
  call.originals = task.clip->source();
  call.duration = matrix.duration;
  call.coding = matrix.coding;
  call.sender_clock = matrix.sender_clock;
  call.receiver_clock = matrix.receiver_clock;
  call.sender = matrix.sender;
  if (matrix.estimator != "ours") call.settings.notes += ", estimator " + matrix.estimator;
  if (matrix.estimator == "ewma") call.rate_model = transport::RateModel::kGapAverage;
  if (matrix.estimator == "gcc") call.rate_model = transport::RateModel::kDelayGradient;
  const auto record = run_virtual_call(call, stop);
  if (!record) return tl::unexpected(record.error());
  return measure_run(*record);
}

// A name for a run's folder.
std::string run_name(const CallSettings& settings) {
  std::string name = settings.system + "-" + settings.clip + "-" + std::to_string(settings.size.height) +
                     "-" + settings.trace + "-" + std::to_string(settings.seed);
  for (char& letter : name)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0 && letter != '.') letter = '-';
  return name;
}

Result<MeasuredRun> run_live(const CallMatrix& matrix, const Task& task, const std::filesystem::path& folder,
                             const std::filesystem::path& clips,
                             const std::function<void(const std::string&)>& doing) {
  LiveCall call;
  call.settings = task.settings;
  call.forward = task.link->forward;
  call.reverse = task.link->reverse;
  call.originals = task.clip->source();
  call.duration = matrix.duration;
  call.folder = folder / "runs" / run_name(task.settings);
  call.clip_folder = clips;
  call.resume = matrix.resume;
  const auto record = run_live_call(call, doing);
  if (!record) return tl::unexpected(record.error());
  return measure_run(*record);
}

// The runs as they are done, by several threads.
class Runs {
 public:
  Runs(std::size_t count, const std::function<bool()>& stop,
       const std::function<void(const MeasuredRun&)>& done)
      : runs_(count), stop_(stop), done_(done) {}

  void keep(std::size_t index, Result<MeasuredRun> run) {
    const std::lock_guard lock(mutex_);
    if (run) {
      runs_[index] = std::move(*run);
      done_(*runs_[index]);
    } else if (!error_ && !stop_()) {
      error_ = run.error();
      failed_ = true;
    }
  }
  bool ended() const { return failed_ || stop_(); }
  Result<std::vector<MeasuredRun>> all() {
    if (error_) return tl::unexpected(*error_);
    std::vector<MeasuredRun> made;
    for (auto& run : runs_)
      if (run) made.push_back(std::move(*run));
    return made;
  }

 private:
  std::mutex mutex_;
  std::vector<std::optional<MeasuredRun>> runs_;
  std::optional<Error> error_;
  std::atomic<bool> failed_ = false;
  const std::function<bool()>& stop_;
  const std::function<void(const MeasuredRun&)>& done_;
};

}  // namespace

bool runs_live(const std::string& system) {
  return runs_virtually(system) || system == "webrtc" || system == "webrtc-20m";
}

bool runs_virtually(const std::string& system) {
  return system == "skirret" || system == "conventional-second" || system == "conventional-frame";
}

std::size_t runs_in(const CallMatrix& matrix) {
  return matrix.systems.size() * matrix.links.size() * matrix.clips.size() *
         static_cast<std::size_t>(matrix.repetitions);
}

Result<std::vector<MeasuredRun>> run_matrix(const CallMatrix& matrix, const std::function<bool()>& stop,
                                            const std::function<void(const std::string&)>& doing,
                                            const std::function<void(const MeasuredRun&)>& done) {
  const std::vector<Task> tasks = tasks_of(matrix);
  Runs runs(tasks.size(), stop, done);
  const std::function<bool()> ended = [&] { return runs.ended(); };
  std::error_code ignored;
  const std::filesystem::path temporary =
      std::filesystem::temp_directory_path(ignored) / ("skirret-bench-" + std::to_string(::getpid()));
  const std::filesystem::path folder =
      matrix.folder.empty() ? temporary : std::filesystem::path(matrix.folder);
  for (std::size_t index = 0; index < tasks.size() && !ended(); ++index)
    if (tasks[index].settings.live)
      runs.keep(index, run_live(matrix, tasks[index], folder, temporary, doing));
  std::filesystem::remove_all(temporary, ignored);

  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t index = next++; index < tasks.size() && !ended(); index = next++)
      if (!tasks[index].settings.live) runs.keep(index, run_virtually(matrix, tasks[index], ended));
  };
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const auto wanted = std::min<std::size_t>(tasks.size(), matrix.threads == 0 ? cores : matrix.threads);
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  return runs.all();
}

}  // namespace skirret::bench
