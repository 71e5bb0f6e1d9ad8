#include "tools/bench/measure/call_link.hh"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <set>

namespace skirret::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWideEnough = "constant:50";
constexpr const char* kLossMark = "/loss=";

bool there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The names of the recorded links in a folder, without .up and .down.
std::set<std::string> recorded_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& path = entry.path();
    if (path.extension() == ".up" || path.extension() == ".down") names.insert(path.stem().string());
  }
  return names;
}

Result<std::string> whole_name(const std::string& beginning, const fs::path& folder) {
  std::vector<std::string> fitting;
  std::string all;
  for (const std::string& name : recorded_in(folder)) {
    if (name == beginning) return name;
    if (name.starts_with(beginning)) fitting.push_back(name);
    all += (all.empty() ? "" : ", ") + name;
  }
  if (fitting.size() == 1) return fitting.front();
  const std::string there_are = all.empty() ? "there are none in " + folder.string() : "there are " + all;
  return fail(ErrorCode::kNotFound, "'" + beginning + "' names " +
                                        (fitting.empty() ? "no recorded link" : "several recorded links") +
                                        ": " + there_are);
}

struct TwoWays {
  std::string name;
  std::string forward;
  std::string reverse;
};

TwoWays recorded(const fs::path& stem) {
  const std::string up = stem.string() + ".up";
  const std::string down = stem.string() + ".down";
  const std::string name = stem.filename().string();
  if (there(up)) return {name, up, there(down) ? down : kWideEnough};
  return {name, down, kWideEnough};
}

Result<TwoWays> ways_of(const std::string& text, const fs::path& folder) {
  if (text.starts_with("constant:") || text == "lte" || text.starts_with("lte:"))
    return TwoWays{text, text, text};
  const fs::path path(text);
  if (there(path)) {
    const bool up = path.extension() == ".up" && there(fs::path(path).replace_extension(".down"));
    if (up) return recorded(fs::path(path).replace_extension());
    return TwoWays{path.filename().string(), text, kWideEnough};
  }
  const auto name = whole_name(text, folder);
  if (!name) return tl::unexpected(name.error());
  return recorded(folder / *name);
}

Result<double> loss_in(const std::string& text) {
  double loss = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), loss);
  if (error != std::errc{} || end != text.data() + text.size() || !(loss >= 0 && loss <= 1))
    return fail(ErrorCode::kInvalid, "'" + text + "': a loss is a share from 0 to 1, e.g. /loss=0.01");
  return loss;
}

}  // namespace

std::filesystem::path traces_folder() {
  const char* data = std::getenv("SKIRRET_DATA");
  return fs::path(data != nullptr ? data : "../shared/data") / "traces";
}

Result<CallLink> open_call_link(const std::string& text, const std::filesystem::path& folder) {
  const auto mark = text.rfind(kLossMark);
  const auto loss = mark == std::string::npos ? Result<double>(0.0) : loss_in(text.substr(mark + 6));
  if (!loss) return tl::unexpected(loss.error());
  const auto ways = ways_of(text.substr(0, mark), folder);
  if (!ways) return tl::unexpected(ways.error());
  auto forward = transport::open_named_source(ways->forward);
  if (!forward) return tl::unexpected(forward.error());
  auto reverse = transport::open_named_source(ways->reverse, 1, 1);
  if (!reverse) return tl::unexpected(reverse.error());
  const std::string name = mark == std::string::npos ? ways->name : ways->name + text.substr(mark);
  return CallLink{name, std::move(*forward), std::move(*reverse), *loss};
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string part = list.substr(at, end - at);
    at = end + 1;
    const bool option = part.find('=') != std::string::npos && part.find('/') == std::string::npos;
    if (option && !names.empty() && !part.starts_with("lte:") && names.back().starts_with("lte:")) {
      names.back() += "," + part;
    } else if (!part.empty()) {
      names.push_back(part);
    }
  }
  return names;
}

}  // namespace skirret::bench
