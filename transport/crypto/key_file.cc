#include "transport/crypto/key_file.hh"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/crypto/secret_text.hh"

namespace skirret::transport {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A string that is wiped, for the file's text.
struct WipedText {
  std::string text;
  ~WipedText() { sodium_memzero(text.data(), text.size()); }
};

tl::unexpected<Error> io_error(const std::string& what, const std::filesystem::path& path, int error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return fail(code, what + " " + path.string() + ": " + std::strerror(error));
}

Result<void> check_private(const struct stat& status, const std::filesystem::path& path) {
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::kAuth, "key file " + path.string() + " is not a regular file");
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::kAuth, "key file " + path.string() + " is open to others: run chmod 600 " +
                                      path.string() + " (and make a new key if it may have been read)");
  }
  return {};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Not more than a byte above what a key file holds: a wrong file is not read whole.
bool read_up_to(int fd, std::string& text, std::size_t limit) {
  text.resize(limit);
  std::size_t filled = 0;
  while (filled < limit) {
    const ssize_t got = ::read(fd, text.data() + filled, limit - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return true;
}

void sync_folder(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.ok()) ::fsync(descriptor.get());
}

}  // namespace

Result<Identity> load_identity(const std::filesystem::path& path) {
  // Non-blocking, so that a pipe of that name does not hold the program up before it is refused.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok()) return io_error("cannot open key file", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error("cannot look at key file", path, errno);
  if (auto allowed = check_private(status, path); !allowed) return tl::unexpected(allowed.error());
  WipedText content;
  content.text.reserve(kSecretTextSize + 8);
  if (!read_up_to(file.get(), content.text, kSecretTextSize + 2))
    return io_error("cannot read key file", path, errno);
  std::string_view line = content.text;
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  const auto secret = decode_secret(SecretKind::kKeyFile, line);
  if (!secret) return fail(secret.error().code, "key file " + path.string() + ": " + secret.error().message);
  return Identity{Keypair::from_private(PrivateKey(secret->view().first(32))),
                  SecretBytes<32>(secret->view().last(32))};
}

Result<void> save_identity(const std::filesystem::path& path, const Identity& identity) {
  SecretBytes<64> secret;
  std::copy_n(identity.keypair.private_key.data(), 32, secret.data());
  std::copy_n(identity.shared.data(), 32, secret.data() + 32);
  WipedText content{encode_secret(SecretKind::kKeyFile, secret) + "\n"};

  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!file.ok()) return io_error("cannot write key file", path, errno);
  if (write_all(file.get(), content.text) && ::fsync(file.get()) == 0 &&
      ::rename(temporary.c_str(), path.c_str()) == 0) {
    sync_folder(path);
    return {};
  }
  const int error = errno;
  ::unlink(temporary.c_str());
  return io_error("cannot write key file", path, error);
}

Result<Identity> load_or_create_identity(const std::filesystem::path& path, RandomSource& random) {
  auto loaded = load_identity(path);
  if (loaded || loaded.error().code != ErrorCode::kNotFound) return loaded;
  Identity fresh = Identity::generate(random);
  if (auto saved = save_identity(path, fresh); !saved) return tl::unexpected(saved.error());
  return fresh;
}

}  // namespace skirret::transport
