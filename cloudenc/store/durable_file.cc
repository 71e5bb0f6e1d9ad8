#include "cloudenc/store/durable_file.hh"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace skirret::cloudenc {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> io_error(const std::filesystem::path& path, const char* doing, int number) {
  std::string message = path.string() + ": " + doing + " failed: " + std::strerror(number);
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    message +=
        ": free some space or put the store elsewhere (--store), then run again: finished work is kept";
  return fail(ErrorCode::kIo, std::move(message));
}

int write_all(int descriptor, Bytes content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

Result<void> write_temporary(const std::filesystem::path& path, Bytes content, bool sync) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return io_error(path, "creating", errno);
  if (const int error = write_all(file.number(), content); error != 0)
    return io_error(path, "writing", error);
  if (sync && ::fsync(file.number()) != 0) return io_error(path, "writing to disk", errno);
  return {};
}

}  // namespace

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.valid() || ::fsync(handle.number()) != 0) return io_error(folder, "writing to disk", errno);
  return {};
}

Result<void> sync_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto whole = std::filesystem::canonical(path, error);  // a link's target has its name elsewhere
  if (error) return io_error(path, "writing to disk", error.value());
  if (!std::filesystem::is_regular_file(whole, error)) return {};
  const Descriptor file(::open(whole.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() || ::fsync(file.number()) != 0) return io_error(path, "writing to disk", errno);
  return sync_folder(whole.parent_path());
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  const std::filesystem::path above = folder.has_parent_path() ? folder.parent_path() : ".";
  if (above != folder)
    if (auto done = make_folder(above); !done) return done;
  std::filesystem::create_directory(folder, error);
  if (error) return fail(ErrorCode::kIo, folder.string() + ": cannot be made: " + error.message());
  return sync_folder(above);
}

Result<void> write_whole_file(const std::filesystem::path& temporary, const std::filesystem::path& path,
                              Bytes content, bool sync) {
  auto done = write_temporary(temporary, content, sync);
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) done = io_error(path, "renaming", errno);
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync ? sync_folder(path.parent_path()) : Result<void>();
}

Result<ByteVector> read_whole_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT) return fail(ErrorCode::kNotFound, path.string() + ": no such file");
  if (!file.valid()) return io_error(path, "opening", errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return io_error(path, "reading", errno);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kIo, path.string() + ": is no regular file");
  ByteVector content(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.number(), content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, "reading", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

}  // namespace skirret::cloudenc
