#include "tools/skirret-vp8/vp8_file.hh"

#include <string>

namespace skirret::vp8 {

Result<Vp8File> Vp8File::open(const std::filesystem::path& path) {
  auto reader = codec::IvfReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  if (!reader->header().is_vp8()) {
    const auto& fourcc = reader->header().fourcc;
    return fail(ErrorCode::kUnsupported, path.string() + ": holds " +
                                             std::string(fourcc.begin(), fourcc.end()) +
                                             ", not VP80: convert with ffmpeg -c:v libvpx");
  }
  return Vp8File(std::move(*reader), path.string());
}

Result<std::optional<Vp8File::Step>> Vp8File::next() {
  const auto frame = reader_.next();
  if (!frame) return tl::unexpected(frame.error());
  if (!*frame) return std::optional<Step>();
  auto decoded = codec::decode(state_, (*frame)->data);
  if (!decoded)
    return fail(decoded.error().code, name_ + ": frame " + std::to_string(index_) +
                                          " cannot be decoded: " + decoded.error().message);
  Step step{index_, (*frame)->pts, (*frame)->data, state_, std::move(*decoded)};
  state_ = step.decoded.next;
  ++index_;
  return std::optional<Step>(std::move(step));
}

}  // namespace skirret::vp8
