#include <chrono>
#include <memory>

#include "cloudenc/engine/local_engine.hh"
#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/registry.hh"
#include "codec/container/output_file.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-cloudenc/memory.hh"
#include "tools/skirret-cloudenc/options.hh"
#include "tools/skirret-cloudenc/report.hh"
#include "tools/skirret-cloudenc/watch.hh"

namespace skirret::cloudenc_tool {
namespace {

Result<void> write_timeline(const Options& options, const Watch& watch) {
  if (options.timeline.empty()) return {};
  auto file = codec::OutputFile::create(options.timeline);
  if (!file) return tl::unexpected(file.error());
  const std::string page = timeline_page("skirret-cloudenc " + options.job.input, watch.entries());
  auto done = file->write(Bytes(reinterpret_cast<const std::uint8_t*>(page.data()), page.size()));
  return done ? file->commit() : done;
}

class Session {
 public:
  Session(const cli::Program& program, const Options& options, cloudenc::FolderStore& store)
      : program_(program),
        options_(options),
        engine_({.jobs = options.jobs,
                 .memory = options.memory_mib << 20,
                 .kept = [this] { return registry_.kept(); }},
                [this, &store](const cloudenc::Thunk& thunk, std::stop_token stop) {
                  return cloudenc::run_thunk(thunk, registry_, store, std::move(stop));
                }),
        job_(options.job, store, engine_, registry_, options.disk_mib << 20,
             {[this](const char* name, const cloudenc::Graph& graph) { watch_->stage(name, graph); },
              [this](const cloudenc::JobEvent& event) {
                watch_->event(event);
                heap_.look(from_ns(std::chrono::steady_clock::now().time_since_epoch() /
                                   std::chrono::nanoseconds(1)));
              },
              cli::stop_requested}) {}

  Result<cli::Outcome> plan() {
    const auto planned = job_.plan();
    if (!planned) return tl::unexpected(planned.error());
    const std::string text = plan_text(*planned);
    watch_.reset();
    program_.print(text);
    return cli::Outcome{plan_json(*planned)};
  }

  Result<cli::Outcome> run() {
    const auto start = std::chrono::steady_clock::now();
    const auto result = job_.run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    auto drawn = write_timeline(options_, *watch_);
    watch_.reset();
    if (!result) return tl::unexpected(result.error());
    if (!drawn) return tl::unexpected(drawn.error());
    program_.print(result_text(options_.output, *result, seconds));
    return cli::Outcome{result_json(*result, seconds)};
  }

 private:
  const cli::Program& program_;
  const Options& options_;
  const cloudenc::Registry registry_ = cloudenc::all_functions();
  std::unique_ptr<Watch> watch_ = std::make_unique<Watch>();
  HeapKeeper heap_;
  cloudenc::LocalEngine engine_;
  cloudenc::Job job_;
};

Result<cli::Outcome> encode(const cli::Program& program, Options& options) {
  if (auto fine = settle(options); !fine) return tl::unexpected(fine.error());
  auto store = cloudenc::FolderStore::open(options.store_folder());
  if (!store) return tl::unexpected(store.error());
  auto outcome = [&] {
    Session session(program, options, **store);
    return options.plan_only ? session.plan() : session.run();
  }();
  const std::filesystem::path folder = (*store)->folder();
  // Only an interrupted job's work is worth keeping.
  const bool nothing_done = !outcome && !std::filesystem::exists(folder / "records");
  store->reset();
  if (options.store.empty() && (outcome || nothing_done || std::filesystem::is_empty(folder / "records")))
    if (auto gone = cloudenc::remove_store(folder); !gone && outcome) return tl::unexpected(gone.error());
  return outcome;
}

Result<cli::Outcome> collect(const cli::Program& program, const std::string& folder) {
  if (!std::filesystem::exists(folder + "/lock"))
    return fail(ErrorCode::kNotFound, folder + ": is no store: name the folder that --store named");
  const auto store = cloudenc::FolderStore::open(folder);
  if (!store) return tl::unexpected(store.error());
  const auto collected = (*store)->collect_garbage();
  if (!collected) return tl::unexpected(collected.error());
  program.print("removed " + std::to_string(collected->blobs) + " blobs (" +
                std::to_string(collected->bytes) + " bytes), kept " + std::to_string(collected->kept_blobs) +
                " (" + std::to_string(collected->kept_bytes) + " bytes)\n");
  return cli::Outcome{{{"blobs", collected->blobs},
                       {"bytes", collected->bytes},
                       {"kept_blobs", collected->kept_blobs},
                       {"kept_bytes", collected->kept_bytes}}};
}

}  // namespace
}  // namespace skirret::cloudenc_tool

int main(int argc, char** argv) {
  using namespace skirret;
  using namespace skirret::cloudenc_tool;
  return_large_pieces();
  cli::Program program(
      {"skirret-cloudenc",
       "Encodes a recording as VP8 in many small tasks at once, with a key frame every few seconds only.",
       {{"skirret-cloudenc talk.mp4 -o talk.webm", "encode with the defaults, sound too"},
        {"skirret-cloudenc talk.mp4 -o talk.webm --quality 30 --store ~/work",
         "keep results for the next time"},
        {"skirret-cloudenc talk.mp4 -o talk.webm --resume", "go on after an interruption"},
        {"skirret-cloudenc gc --store ~/work", "remove what no finished job needs"}}});
  Options options;
  declare(program.app(), options);
  std::string gc_store;
  CLI::App* gc = program.app().add_subcommand(
      "gc", "Removes from a store what can be made again: all but what finished jobs' outputs stand on");
  gc->add_option("--store", gc_store, "Folder of the store")->required();
  return program.run(argc, argv, [&]() -> Result<cli::Outcome> {
    return gc->parsed() ? collect(program, gc_store) : encode(program, options);
  });
}
