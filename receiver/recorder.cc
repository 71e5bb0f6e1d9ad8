#include "receiver/recorder.hh"

#include <string>
#include <utility>

namespace skirret::receiver {

Recorder::Recorder(std::filesystem::path path, std::uint32_t frames_per_second)
    : path_(std::move(path)), frames_per_second_(frames_per_second) {}

Result<void> Recorder::check() const {
  auto trial = codec::OutputFile::create(path_);  // gone again without commit()
  if (!trial) return tl::unexpected(trial.error());
  return {};
}

std::filesystem::path Recorder::next_path() const {
  if (files_.empty()) return path_;
  std::filesystem::path path = path_;
  path.replace_filename(path_.stem().string() + "-" + std::to_string(files_.size() + 1) +
                        path_.extension().string());
  return path;
}

Result<void> Recorder::write(const codec::Picture& picture) {
  if (!writer_ || picture.dimensions() != size_) {
    if (auto done = finish(); !done) return done;
    codec::Y4mHeader header;
    header.dimensions = picture.dimensions();
    header.rate_numerator = frames_per_second_;
    auto writer = codec::Y4mWriter::create(next_path(), header);
    if (!writer) return tl::unexpected(writer.error());
    files_.push_back(next_path());
    writer_.emplace(std::move(*writer));
    size_ = picture.dimensions();
  }
  if (auto written = writer_->write(picture); !written) return written;
  ++frames_;
  return {};
}

Result<void> Recorder::finish() {
  if (!writer_) return {};
  auto done = writer_->finish();
  writer_.reset();
  return done;
}

}  // namespace skirret::receiver
