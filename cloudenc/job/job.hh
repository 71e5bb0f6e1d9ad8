#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cloudenc/conduct/conductor.hh"
#include "cloudenc/ingest/ingest.hh"
#include "cloudenc/plan/plan.hh"
#include "cloudenc/plan/quality_plan.hh"
#include "cloudenc/store/folder_store.hh"

// A whole recording, from file to file.
namespace skirret::cloudenc {

enum class SoundChoice : std::uint8_t { kOpus, kCopy, kNone };

struct JobOptions {
  std::string input;
  std::filesystem::path output;  // .webm or .ivf
  EncodeOptions encode;
  QualityWish wish;                        // in place of encode.quality
  bool key_frames_at_scenes = false;       // batches begin at cuts, too
  SoundChoice sound = SoundChoice::kOpus;  // Opus: copied where it is that already
  int sound_kbps = 0;                      // 0: by the channels
  codec::TimeBase picture_rate{30, 1};     // of a folder or pattern of pictures
};

// A node that finished: of which stage, what it was, who did it and when (empty: the store knew it).
struct JobEvent {
  const Node* node = nullptr;
  std::optional<Attempt> attempt;
};

// What a stage is about to bring about; `known` of its nodes stand in the store.
struct JobWatcher {
  std::function<void(const char* stage, const Graph& graph)> stage = [](const char*, const Graph&) {};
  std::function<void(const JobEvent&)> event = [](const JobEvent&) {};
  std::function<bool()> stop = [] { return false; };
};

struct JobResult {
  std::size_t frames = 0, batches = 0, chunks = 0;
  codec::Dimensions dimensions;  // of the first picture
  double seconds = 0;            // what the recording lasts, but for its last picture
  std::uint64_t bytes = 0;       // of the output file
  std::uint64_t video_bytes = 0;
  std::uint64_t executed = 0;  // tasks that ran; 0: everything was known
  bool sound = false;
  bool sound_left_out = false;  // wanted, but IVF holds none
  int quality = 0;              // asked for or chosen
  std::string damage;           // what was wrong with the input's end, or empty
};

// Everything that is decided before the stream is made.
struct PlannedJob {
  Recording recording;
  std::vector<SourceFrame> frames;
  EncodePlan plan;
  int quality = 0;
  std::optional<std::size_t> sound_node;  // in plan.graph
};

class Job {
 public:
  // Borrows all.
  Job(const JobOptions& options, FolderStore& store, Engine& engine, const Registry& registry,
      std::uint64_t disk, JobWatcher watcher);

  // Ingest and the stages whose results the plan stands on.
  Result<PlannedJob> plan();
  // All of it; the output appears under its name when it is whole, and is on disk when this returns.
  Result<JobResult> run();

 private:
  Result<std::vector<ByteVector>> stage(const char* name, const Graph& graph,
                                        const std::vector<std::size_t>& targets);
  Result<void> conduct(const char* name, const Graph& graph, const std::vector<std::size_t>& targets,
                       std::vector<Record>& records);
  Result<PlannedJob> plan_once(bool check);
  Result<JobResult> run_once(bool check);
  Result<void> check_blobs(const std::vector<Record>& records);
  Result<JobResult> write(const PlannedJob& job, const std::vector<Record>& records);
  Result<int> quality_for(const PlannedJob& job, const std::vector<Batch>& batches,
                          std::span<const FrameStatistics> statistics);
  Result<void> check_sound(const Recording& recording) const;
  bool may_try_again(const Error& error) const;

  const JobOptions& options_;
  FolderStore& store_;
  const JobWatcher watcher_;
  const Graph* graph_ = nullptr;  // of the stage under way
  int width_;                     // of the engine: orders tasks, changes no result
  Conductor conductor_;
  std::vector<ContentHash> standing_on_;  // blobs that the finished job needs to be repeated for nothing
};

}  // namespace skirret::cloudenc
