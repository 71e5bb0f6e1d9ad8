#include "tools/skirret-bench/kept_runs.hh"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

#include "tools/bench/live/record_file.hh"

namespace skirret::bench {
namespace {

std::size_t place_of(const std::string& system) {
  constexpr std::array<std::string_view, 4> kFirst = {"skirret", "conventional-second", "conventional-frame",
                                                      "webrtc"};
  return static_cast<std::size_t>(std::ranges::find(kFirst, system) - kFirst.begin());
}

auto order_of(const KeptRun& run) {
  const CallSettings& s = run.record.settings;
  return std::tuple(s.clip, s.size.height, s.trace, place_of(s.system), s.system, s.seed);
}

}  // namespace

Result<std::vector<KeptRun>> kept_runs(const std::vector<std::string>& folders) {
  std::vector<KeptRun> runs;
  for (const std::string& folder : folders) {
    std::error_code error;
    const std::filesystem::path inside = std::filesystem::path(folder) / "runs";
    const std::filesystem::path all =
        std::filesystem::is_directory(inside, error) ? inside : std::filesystem::path(folder);
    for (const auto& entry : std::filesystem::directory_iterator(all, error)) {
      const std::filesystem::path file = entry.path() / "record.json";
      if (!std::filesystem::exists(file, error)) continue;  // a run that was stopped
      auto record = load_record(file);
      if (!record) return tl::unexpected(record.error());
      runs.push_back({entry.path(), std::move(*record)});
    }
  }
  if (runs.empty()) return fail(ErrorCode::kNotFound, "no record of a live run lies there: see call -o");
  std::ranges::sort(runs, {}, order_of);
  return runs;
}

}  // namespace skirret::bench
