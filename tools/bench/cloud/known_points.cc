#include "tools/bench/cloud/known_points.hh"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace skirret::bench {
namespace {

using Json = nlohmann::ordered_json;

std::optional<CloudPoint> point_of(const Json& json) {
  CloudPoint point;
  const auto number = [&](const char* name, auto& value) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number()) return false;
    found->get_to(value);
    return true;
  };
  const bool whole = json.is_object() && number("quality", point.quality) && number("kbps", point.kbps) &&
                     number("ssim_db", point.ssim_db) && number("worst_ssim_db", point.worst_ssim_db) &&
                     number("cpu_s", point.cpu_seconds) && number("wall_s", point.wall_seconds);
  return whole ? std::optional(point) : std::nullopt;
}

}  // namespace

Json point_json(const CloudPoint& point) {
  return {{"quality", point.quality},   {"kbps", point.kbps},
          {"ssim_db", point.ssim_db},   {"worst_ssim_db", point.worst_ssim_db},
          {"cpu_s", point.cpu_seconds}, {"wall_s", point.wall_seconds}};
}

Result<KnownPoints> KnownPoints::open(std::string path) {
  KnownPoints known;
  known.path_ = std::move(path);
  std::error_code ignored;
  if (known.path_.empty() || !std::filesystem::exists(known.path_, ignored)) return known;
  std::ifstream file(known.path_, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::kMalformed, known.path_ + ": holds no measured points");
  for (const auto& [key, value] : json.items()) {
    const auto point = point_of(value);
    if (!point) return fail(ErrorCode::kMalformed, known.path_ + ": '" + key + "' is no measured point");
    known.points_[key] = *point;
  }
  return known;
}

std::optional<CloudPoint> KnownPoints::find(const std::string& key) const {
  const auto found = points_.find(key);
  return found == points_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> KnownPoints::add(const std::string& key, const CloudPoint& point) {
  points_[key] = point;
  if (path_.empty()) return {};
  Json json = Json::object();
  for (const auto& [name, known] : points_) json[name] = point_json(known);
  const std::string unfinished = path_ + ".new";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file << json.dump(1) << "\n";
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(unfinished, path_, error);
  if (!file || error) return fail(ErrorCode::kIo, path_ + ": cannot be written");
  return {};
}

}  // namespace skirret::bench
