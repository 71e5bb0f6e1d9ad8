#include "cloudenc/job/job.hh"

#include <utility>

#include "cloudenc/functions/blobs.hh"
#include "cloudenc/stitch/output.hh"
#include "cloudenc/store/durable_file.hh"

namespace skirret::cloudenc {
namespace {

// When blobs that were there are found damaged: one to find those of each stage, and some more.
constexpr int kAttempts = 6;

double to_seconds(std::int64_t ticks, codec::TimeBase base) {
  return static_cast<double>(ticks) * base.numerator / base.denominator;
}

// Under what name the store keeps what a finished job stands on.
std::string job_name(const std::vector<ContentHash>& blobs) {
  ByteVector all;
  for (const ContentHash& hash : blobs) all.insert(all.end(), hash.bytes.begin(), hash.bytes.end());
  return ContentHash::of(all).hex().substr(0, 32);
}

}  // namespace

Job::Job(const JobOptions& options, FolderStore& store, Engine& engine, const Registry& registry,
         std::uint64_t disk, JobWatcher watcher)
    : options_(options),
      store_(store),
      watcher_(std::move(watcher)),
      width_(engine.width()),
      conductor_(engine, store, registry,
                 {disk, watcher_.stop, [this](std::size_t node, const std::optional<Attempt>& attempt) {
                    watcher_.event({&(*graph_)[node], attempt});
                  }}) {}

Result<void> Job::conduct(const char* name, const Graph& graph, const std::vector<std::size_t>& targets,
                          std::vector<Record>& records) {
  graph_ = &graph;
  watcher_.stage(name, graph);
  auto made = conductor_.run(graph, targets);
  if (!made) return tl::unexpected(made.error());
  records = std::move(*made);
  for (const Record& record : records)
    standing_on_.insert(standing_on_.end(), record.outputs.begin(), record.outputs.end());
  return {};
}

// The first output of each target.
Result<std::vector<ByteVector>> Job::stage(const char* name, const Graph& graph,
                                           const std::vector<std::size_t>& targets) {
  std::vector<Record> records;
  if (auto done = conduct(name, graph, targets, records); !done) return tl::unexpected(done.error());
  std::vector<ByteVector> blobs;
  std::optional<Error> error;
  for (const Record& record : records) {
    auto blob = store_.get(record.outputs.at(0));
    if (blob)
      blobs.push_back(std::move(*blob));
    else
      error = blob.error();  // goes on: each damaged one is to be found
  }
  if (error) return tl::unexpected(*error);
  return blobs;
}

// Reads what is about to be written, so that all damage is found at once and nothing is half written.
Result<void> Job::check_blobs(const std::vector<Record>& records) {
  Result<void> result;
  for (const Record& record : records)
    if (const auto blob = store_.get(record.outputs.at(0)); !blob) result = tl::unexpected(blob.error());
  return result;
}

Result<void> Job::check_sound(const Recording& recording) const {
  if (options_.sound != SoundChoice::kCopy || !recording.sound_stream ||
      recording.sound_stream->codec == "opus")
    return {};
  return fail(ErrorCode::kUnsupported, options_.input + ": its sound is " + recording.sound_stream->codec +
                                           ", not Opus: it cannot be copied; use --audio opus");
}

// The quantizer that was asked for, or the one that meets the wish.
Result<int> Job::quality_for(const PlannedJob& job, const std::vector<Batch>& batches,
                             std::span<const FrameStatistics> statistics) {
  if (!options_.wish.kbps && !options_.wish.ssim_db) return options_.encode.quality;
  const QualityPlan plan =
      quality_plan(job.recording.video, job.frames, batches, statistics, options_.encode);
  const auto tables = stage("trying", plan.graph, plan.targets);
  if (!tables) return tl::unexpected(tables.error());
  const double span = to_seconds(job.frames.back().time - job.frames.front().time, job.recording.time_base);
  const auto count = static_cast<double>(job.frames.size());
  // The last picture lasts as long as the others do on average; one alone, a 25th of a second.
  const Extent extent{batches.size(), job.frames.size(), count > 1 ? span * count / (count - 1) : 0.04};
  return choose_quality(plan, *tables, options_.wish, extent);
}

Result<PlannedJob> Job::plan_once(bool check) {
  standing_on_.clear();
  auto recording = ingest(options_.input, options_.picture_rate, store_, check);
  if (!recording) return tl::unexpected(recording.error());
  if (auto fine = check_sound(*recording); !fine) return tl::unexpected(fine.error());
  PlannedJob job;
  job.recording = std::move(*recording);

  const std::vector<BlobGroup>& segments = job.recording.video;
  const Graph index = index_graph(segments);
  std::vector<std::size_t> all(index.nodes().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto tables = stage("index", index, all);
  if (!tables) return tl::unexpected(tables.error());
  auto frames = frames_of_tables(segments, *tables);
  if (!frames) return fail(frames.error().code, options_.input + ": " + frames.error().message);
  job.frames = std::move(*frames);

  const AnalysisPlan analysis = analysis_plan(segments, job.frames);
  const auto measured = stage("analysis", analysis.graph, analysis.targets);
  if (!measured) return tl::unexpected(measured.error());
  const auto statistics = statistics_of_tables(*measured);
  if (!statistics) return tl::unexpected(statistics.error());

  const std::vector<std::size_t> cuts =
      options_.key_frames_at_scenes ? scene_cuts(*statistics) : std::vector<std::size_t>();
  std::vector<Batch> batches = divide(job.frames, options_.encode.division, cuts);
  const auto quality = quality_for(job, batches, *statistics);
  if (!quality) return tl::unexpected(quality.error());
  EncodeOptions encode = options_.encode;
  encode.quality = job.quality = *quality;
  job.plan = encode_plan(segments, job.frames, std::move(batches), *statistics, encode, width_);
  const auto webm = is_webm(options_.output);
  if (!webm) return tl::unexpected(webm.error());
  if (options_.sound != SoundChoice::kNone && job.recording.sound_stream && *webm) {
    const bool copy = job.recording.sound_stream->codec == "opus" && options_.sound_kbps == 0;
    job.sound_node = job.plan.graph.add(sound_node(job.recording.sound, options_.sound_kbps, copy));
  }
  return job;
}

Result<JobResult> Job::write(const PlannedJob& job, const std::vector<Record>& records) {
  OutputStream stream{job.frames, job.recording.time_base, std::nullopt};
  if (job.sound_node) {
    const auto blob = store_.get(records.back().outputs.at(0));
    if (!blob) return tl::unexpected(blob.error());
    auto sound = codec::load_segment(*blob);
    if (!sound) return tl::unexpected(sound.error());
    stream.sound = std::move(*sound);
  }
  JobResult result;
  const auto bytes = write_output(options_.output, stream, job.plan.targets.size(),
                                  [&](std::size_t batch) -> Result<std::vector<ByteVector>> {
                                    const auto blob = store_.get(records[batch].outputs.at(0));
                                    if (!blob) return tl::unexpected(blob.error());
                                    auto frames = frames_of(*blob);
                                    for (std::size_t i = 0; frames && i < frames->size(); ++i)
                                      result.video_bytes += (*frames)[i].size();
                                    return frames;
                                  });
  if (!bytes) return tl::unexpected(bytes.error());
  result.frames = job.frames.size();
  result.batches = job.plan.batches.size();
  for (const Batch& batch : job.plan.batches) result.chunks += batch.chunks.size();
  result.dimensions = job.frames.front().dimensions;
  result.seconds = to_seconds(job.frames.back().time - job.frames.front().time, job.recording.time_base);
  result.bytes = *bytes;
  result.executed = conductor_.executed();
  result.sound = job.sound_node.has_value();
  result.sound_left_out = !result.sound && job.recording.sound_stream && options_.sound != SoundChoice::kNone;
  result.quality = job.quality;
  result.damage = job.recording.damage;
  return result;
}

Result<JobResult> Job::run_once(bool check) {
  const auto job = plan_once(check);
  if (!job) return tl::unexpected(job.error());
  std::vector<std::size_t> targets = job->plan.targets;
  if (job->sound_node) targets.push_back(*job->sound_node);
  std::vector<Record> records;
  if (auto done = conduct("encode", job->plan.graph, targets, records); !done)
    return tl::unexpected(done.error());
  if (auto whole = check_blobs(records); !whole) return tl::unexpected(whole.error());
  auto result = write(*job, records);
  if (!result) return result;
  // Before anything goes that it could be made again from.
  if (auto safe = sync_file(options_.output); !safe) return tl::unexpected(safe.error());
  if (auto kept = store_.keep_for_job(job_name(standing_on_), {standing_on_}); !kept)
    return tl::unexpected(kept.error());
  return result;
}

// A blob that is gone or damaged comes again with its input, unless that was a pipe.
bool Job::may_try_again(const Error& error) const {
  return error.code == ErrorCode::kNotFound && options_.input != "-" &&
         std::filesystem::exists(options_.input);
}

Result<PlannedJob> Job::plan() {
  for (int attempt = 1;; ++attempt) {
    auto job = plan_once(attempt > 1);
    if (job || attempt == kAttempts || !may_try_again(job.error())) return job;
  }
}

Result<JobResult> Job::run() {
  for (int attempt = 1;; ++attempt) {
    auto result = run_once(attempt > 1);
    if (result || attempt == kAttempts || !may_try_again(result.error())) return result;
  }
}

}  // namespace skirret::cloudenc
