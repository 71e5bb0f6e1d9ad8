#include "tools/skirret-vp8/overlay_file.hh"

#include "tools/skirret-vp8/png_file.hh"

namespace skirret::vp8 {

Result<OverlayFile> OverlayFile::at(const std::filesystem::path& path, std::uint32_t rate,
                                    std::uint32_t scale) {
  OverlayFile file;
  file.path_ = path;
  file.png_ = path.extension() == ".png";
  if (!file.png_ && path.extension() != ".y4m")
    return fail(ErrorCode::kInvalid, path.string() + ": an overlay is a .y4m or a .png file");
  file.header_.rate_numerator = rate;
  file.header_.rate_denominator = scale;
  return file;
}

Result<void> OverlayFile::add(const codec::Picture& picture) {
  if (png_) return write_png(path_, picture);
  if (!writer_) {
    header_.dimensions = picture.dimensions();
    auto writer = codec::Y4mWriter::create(path_, header_);
    if (!writer) return tl::unexpected(writer.error());
    writer_ = std::move(*writer);
  }
  return writer_->write(picture);
}

Result<void> OverlayFile::finish() {
  return writer_ ? writer_->finish() : Result<void>();
}

}  // namespace skirret::vp8
