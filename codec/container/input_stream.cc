#include "codec/container/input_stream.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace skirret::codec {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;  // how far a claimed size is believed ahead of its bytes

}  // namespace

Result<InputStream> InputStream::open(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return fail(ErrorCode::kIo, path.string() + ": is a folder: name a file");
  InputStream stream;
  stream.name_ = path.string();
  stream.file_.reset(std::fopen(path.c_str(), "rb"));
  if (!stream.file_) {
    if (errno == ENOENT) return fail(ErrorCode::kNotFound, path.string() + ": no such file: check the path");
    return fail(ErrorCode::kIo, path.string() + ": cannot be read: " + std::strerror(errno));
  }
  return stream;
}

InputStream InputStream::over(Bytes bytes) {
  InputStream stream;
  stream.name_ = "(memory)";
  stream.memory_ = bytes;
  return stream;
}

Error InputStream::read_error() const {
  return {ErrorCode::kIo,
          name_ + ": reading failed at byte " + std::to_string(position_) + ": " + std::strerror(errno)};
}

Result<Bytes> InputStream::read(std::size_t count) {
  if (!file_) {
    const Bytes taken = memory_.first(std::min(count, memory_.size()));
    memory_ = memory_.subspan(taken.size());
    position_ += taken.size();
    return taken;
  }
  std::size_t got = 0;
  while (got < count) {
    const std::size_t piece = std::min(count - got, kPiece);
    if (buffer_.size() < got + piece) buffer_.resize(got + piece);
    const std::size_t read = std::fread(buffer_.data() + got, 1, piece, file_.get());
    got += read;
    position_ += read;
    if (read < piece) {
      if (std::ferror(file_.get())) return tl::unexpected(read_error());
      break;
    }
  }
  return Bytes(buffer_).first(got);
}

Result<InputStream::Line> InputStream::read_line(std::size_t limit) {
  Line line;
  while (line.text.size() < limit) {
    const auto byte = read(1);
    if (!byte) return tl::unexpected(byte.error());
    if (byte->empty()) {
      if (line.text.empty()) {
        line.at_end = true;
        return line;
      }
      break;
    }
    if (byte->front() == '\n') return line;
    line.text.push_back(static_cast<char>(byte->front()));
  }
  return fail(ErrorCode::kTruncated, name_ + ": no end of line near byte " + std::to_string(position_));
}

}  // namespace skirret::codec
