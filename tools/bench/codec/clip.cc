#include "tools/bench/codec/clip.hh"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace skirret::bench {
namespace {

std::vector<std::filesystem::path> recorded_clips() {
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(clips_folder(), failed))
    if (const auto kind = entry.path().extension(); kind == ".mkv" || kind == ".y4m")
      found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<Clip> load_clip(const std::string& path, std::size_t frames) {
  auto source = codec::open_source(path);
  if (!source) return tl::unexpected(source.error());
  Clip clip;
  const std::string stem = std::filesystem::path(path).stem().string();
  clip.name = stem.substr(0, stem.find('_'));
  clip.info = (*source)->info();
  while (frames == 0 || clip.pictures.size() < frames) {
    auto frame = (*source)->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) break;
    clip.pictures.push_back(std::move((*frame)->picture));
  }
  if (clip.pictures.empty()) return fail(ErrorCode::kInvalid, path + ": holds no picture");
  return clip;
}

std::filesystem::path clips_folder() {
  const char* data = std::getenv("SKIRRET_DATA");
  return std::filesystem::path(data != nullptr ? data : "../shared/data") / "clips";
}

std::vector<std::string> usual_clips() {
  return {"talk-kitchen", "talk-plants", "webcam-office", "foreman", "flower-handheld", "envivio"};
}

Result<std::string> find_clip(const std::string& name_or_path) {
  std::error_code failed;
  if (std::filesystem::exists(name_or_path, failed) || name_or_path.find(':') != std::string::npos)
    return name_or_path;
  std::string known;
  for (const auto& path : recorded_clips()) {
    if (path.filename().string().starts_with(name_or_path)) return path.string();
    known += " " + path.stem().string();
  }
  return fail(ErrorCode::kNotFound, name_or_path + ": no such file, and no clip in " +
                                        clips_folder().string() +
                                        " begins so (there are:" + (known.empty() ? " none" : known) +
                                        "): name a file, or set SKIRRET_DATA");
}

}  // namespace skirret::bench
