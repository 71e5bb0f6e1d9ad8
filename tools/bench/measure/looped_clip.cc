#include "tools/bench/measure/looped_clip.hh"

#include <filesystem>
#include <utility>

#include "tools/bench/measure/moving_scene.hh"

namespace skirret::bench {
namespace {

constexpr std::size_t kSceneFrames = 150;

const codec::Picture& forth_and_back(const std::vector<codec::Picture>& frames, std::uint64_t index) {
  const std::uint64_t turn = 2 * (frames.size() - 1);
  const std::uint64_t place = index % turn;
  return frames[place < frames.size() ? place : turn - place];
}

Result<std::vector<codec::Picture>> scene_of(const std::string& spec, const LoopedClipOptions& options) {
  codec::Dimensions size = options.size.value_or(codec::Dimensions{640, 360});
  if (spec.size() > 6) {
    const auto parsed = codec::parse_size(spec.substr(6));
    if (!parsed) return tl::unexpected(parsed.error());
    size = *parsed;
  }
  const PictureSource scene = moving_scene(size, 1);
  std::vector<codec::Picture> frames;
  for (std::uint64_t i = 0; i < kSceneFrames; ++i) frames.push_back(scene(i));
  return frames;
}

Result<std::vector<codec::Picture>> frames_of(const std::string& spec, const LoopedClipOptions& options) {
  auto source = codec::open_source(spec, {.size = options.size, .fps = options.rate});
  if (!source) return tl::unexpected(source.error());
  std::vector<codec::Picture> frames;
  while (frames.size() < options.most_frames) {
    auto frame = (*source)->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) break;
    frames.push_back(std::move((*frame)->picture));
  }
  if (frames.size() < 2)
    return fail(ErrorCode::kInvalid, spec + ": a clip of at least two pictures is needed");
  return frames;
}

}  // namespace

Result<LoopedClip> LoopedClip::load(const std::string& spec, const LoopedClipOptions& options) {
  const bool scene = spec == "scene" || spec.starts_with("scene:");
  auto frames = scene ? scene_of(spec, options) : frames_of(spec, options);
  if (!frames) return tl::unexpected(frames.error());
  const std::string name = scene ? spec : std::filesystem::path(spec).stem().string();
  return LoopedClip(name, options.rate, std::move(*frames));
}

const codec::Picture& LoopedClip::picture(std::uint64_t index) const {
  return forth_and_back(*frames_, index);
}

PictureSource LoopedClip::source() const {
  return [frames = frames_](std::uint64_t index) { return forth_and_back(*frames, index); };
}

}  // namespace skirret::bench
