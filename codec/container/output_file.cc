#include "codec/container/output_file.hh"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skirret::codec {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

const char* advice(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ": make room or write elsewhere";
    case ENOENT:
    case ENOTDIR:
      return ": make its folder first";
    case EACCES:
    case EPERM:
    case EROFS:
      return ": choose a place you may write to";
    case EISDIR:
      return ": name a file, not a folder";
    case ENAMETOOLONG:
      return ": choose a shorter name";
    default:
      return "";
  }
}

// 0, or the errno of the write that failed.
int write_all(int descriptor, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  OutputFile file;
  file.path_ = path;
  file.target_ = path;
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    const auto resolved = std::filesystem::weakly_canonical(path, error);
    if (!error) file.target_ = resolved;
  }
  if (path.empty()) return fail(ErrorCode::kInvalid, "output file name is empty: name a file");
  const auto status = std::filesystem::status(file.target_, error);
  if (std::filesystem::is_directory(status))
    return fail(ErrorCode::kIo, path.string() + ": is a folder: name a file");
  file.staged_ = !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
  if (std::filesystem::is_regular_file(status) && ::access(file.target_.c_str(), W_OK) != 0)
    return tl::unexpected(file.failed("cannot be written", errno).error());
  if (file.staged_) {
    file.partial_ = file.target_;
    file.partial_ += ".partial";
    file.descriptor_ = ::open(file.partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  } else {
    file.descriptor_ = ::open(file.target_.c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (file.descriptor_ < 0) {
    const int reason = errno;
    file.staged_ = false;  // nothing of ours to remove
    return tl::unexpected(file.failed("cannot be written", reason).error());
  }
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept {
  *this = std::move(other);
}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  target_ = std::move(other.target_);
  partial_ = std::move(other.partial_);
  staged_ = std::exchange(other.staged_, false);
  descriptor_ = std::exchange(other.descriptor_, -1);
  pending_ = std::move(other.pending_);
  size_ = other.size_;
  return *this;
}

OutputFile::~OutputFile() {
  discard();
}

void OutputFile::discard() {
  if (descriptor_ < 0) return;
  ::close(std::exchange(descriptor_, -1));
  if (staged_) ::unlink(partial_.c_str());
}

Result<void> OutputFile::failed(const char* doing, int error_number) const {
  return fail(ErrorCode::kIo,
              path_.string() + ": " + doing + ": " + std::strerror(error_number) + advice(error_number));
}

Result<void> OutputFile::write(Bytes bytes) {
  if (descriptor_ < 0) return fail(ErrorCode::kIo, path_.string() + ": is already closed");
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
  if (pending_.size() >= kBufferBytes) return flush();
  return {};
}

Result<void> OutputFile::flush() {
  const int error = write_all(descriptor_, pending_);
  pending_.clear();
  if (error == 0) return {};
  discard();  // what follows must not be taken for whole
  return failed("writing failed", error);
}

Result<void> OutputFile::overwrite(std::uint64_t offset, Bytes bytes) {
  if (descriptor_ < 0) return fail(ErrorCode::kIo, path_.string() + ": is already closed");
  if (!can_overwrite()) return fail(ErrorCode::kIo, path_.string() + ": is no file that can be gone back in");
  if (offset + bytes.size() > size_) return fail(ErrorCode::kInvalid, path_.string() + ": beyond its end");
  if (auto done = flush(); !done) return done;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      discard();
      return failed("writing failed", reason);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> OutputFile::close() {
  if (descriptor_ < 0) return fail(ErrorCode::kIo, path_.string() + ": is already closed");
  if (auto done = flush(); !done) return done;
  // Some file systems tell of a full disk only here.
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    const int reason = errno;
    if (staged_) ::unlink(partial_.c_str());
    return failed("writing failed", reason);
  }
  return {};
}

Result<void> OutputFile::commit() {
  if (auto done = close(); !done) return done;
  if (staged_ && ::rename(partial_.c_str(), target_.c_str()) != 0) {
    const int reason = errno;
    ::unlink(partial_.c_str());
    return failed("cannot be put in place", reason);
  }
  return {};
}

Result<std::filesystem::path> OutputFile::keep_partial() {
  if (auto done = close(); !done) return tl::unexpected(done.error());
  return staged_ ? partial_ : target_;
}

}  // namespace skirret::codec
