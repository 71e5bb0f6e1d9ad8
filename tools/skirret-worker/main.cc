#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/registry.hh"
#include "cloudenc/store/folder_store.hh"
#include "tools/cli/program.hh"

namespace skirret {
namespace {

// A sanitizer reserves more address space than any limit allows.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Options {
  std::string thunk;
  std::string store;
  std::uint64_t memory_mib = 4096;
  unsigned seconds = 900;
};

Result<std::string> text_of(const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  if (name.starts_with("{")) return name;
  std::ifstream file(name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open())
    return fail(ErrorCode::kNotFound, name + ": no such file: give a thunk's file, its JSON, or - for stdin");
  return text;
}

// A worker dies rather than take the machine down: address space, processor time, wall time (SIGALRM).
Result<void> limit(const Options& options) {
  const auto set = [](auto which, rlim_t most) {
    const rlimit limits{most, most};
    return setrlimit(which, &limits) == 0;
  };
  const bool fine = (kSanitized || set(RLIMIT_AS, options.memory_mib << 20)) &&
                    set(RLIMIT_CPU, options.seconds) && set(RLIMIT_CORE, 0);
  alarm(options.seconds);
  return fine ? Result<void>()
              : fail(ErrorCode::kIo, std::string("limits cannot be set: ") + std::strerror(errno));
}

Result<cli::Outcome> work(const Options& options) {
  const auto text = text_of(options.thunk);
  if (!text) return tl::unexpected(text.error());
  const auto thunk = cloudenc::Thunk::parse(*text);
  if (!thunk) return tl::unexpected(thunk.error());
  auto store = cloudenc::FolderStore::open(options.store);
  if (!store) return tl::unexpected(store.error());
  if (auto done = limit(options); !done) return tl::unexpected(done.error());
  const auto record = cloudenc::run_thunk(*thunk, cloudenc::all_functions(), **store, {});
  if (!record) return tl::unexpected(record.error().error);
  cli::Json outputs = cli::Json::array();
  for (const auto& hash : record->outputs) {
    outputs.push_back(hash.hex());
  }
  return cli::Outcome{{{"key", thunk->key().hex()}, {"outputs", std::move(outputs)}}};
}

}  // namespace
}  // namespace skirret

int main(int argc, char** argv) {
  using namespace skirret;
  cli::Program program(
      {"skirret-worker",
       "Runs one thunk: inputs from a store, results into it.",
       {{"skirret-worker thunk.json --store work", "run what thunk.json describes"},
        {"skirret-worker - --store work --json < thunk.json", "the same, and say what it gave"}}});
  Options options;
  program.app().add_option("THUNK", options.thunk, "A file, the JSON itself, or - for stdin")->required();
  program.app().add_option("--store", options.store, "Folder of the store")->required();
  program.app()
      .add_option("--memory", options.memory_mib, "Most address space it may take, in MiB")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  program.app()
      .add_option("--seconds", options.seconds, "Most time it may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  return program.run(argc, argv, [&] { return work(options); });
}
