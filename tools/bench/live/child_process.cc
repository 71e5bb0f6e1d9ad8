#include "tools/bench/live/child_process.hh"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/udp/clock.hh"

namespace skirret::bench {
namespace {

using transport::Descriptor;

constexpr Duration kLook = std::chrono::milliseconds(10);
constexpr std::size_t kLastWords = 600;
constexpr std::size_t kLongestLine = std::size_t{256} << 20;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::kIo, std::string("cannot make a pipe: ") + std::strerror(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Descriptor> open_for(const std::filesystem::path& path, int flags) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0644));
  if (!file.valid())
    return fail(ErrorCode::kIo, "cannot open " + path.string() + ": " + std::strerror(errno));
  return file;
}

struct Streams {
  Descriptor input, output, error;
  Descriptor our_input, our_output;  // of pipes
};

Result<Streams> open_streams(const ChildOptions& options) {
  Streams streams;
  auto log = open_for(options.log, O_WRONLY | O_CREAT | O_APPEND);
  if (!log) return tl::unexpected(log.error());
  streams.error = std::move(*log);
  if (options.talks) {
    auto to = make_pipe();
    auto from = make_pipe();
    if (!to || !from) return tl::unexpected(to ? from.error() : to.error());
    streams.input = std::move(to->read);
    streams.our_input = std::move(to->write);
    streams.output = std::move(from->write);
    streams.our_output = std::move(from->read);
    return streams;
  }
  auto nothing = open_for("/dev/null", O_RDONLY);
  auto output = options.output.empty() ? open_for(options.log, O_WRONLY | O_APPEND)
                                       : open_for(options.output, O_WRONLY | O_CREAT | O_TRUNC);
  if (!nothing || !output) return tl::unexpected(nothing ? output.error() : nothing.error());
  streams.input = std::move(*nothing);
  streams.output = std::move(*output);
  return streams;
}

// In the new process; only what is allowed between fork and exec.
[[noreturn]] void become(char* const* arguments, const Streams& streams, const NetworkNamespace* inside) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(streams.input.get(), 0);
  ::dup2(streams.output.get(), 1);
  ::dup2(streams.error.get(), 2);
  if (inside != nullptr && !NetworkNamespace::enter(inside->descriptor())) ::_exit(126);
  ::execvp(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(std::vector<std::string> arguments,
                                                          const ChildOptions& options) {
  auto streams = open_streams(options);
  if (!streams) return tl::unexpected(streams.error());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) become(pointers.data(), *streams, options.inside);
  if (pid < 0) return fail(ErrorCode::kIo, "cannot start " + arguments[0] + ": " + std::strerror(errno));
  std::unique_ptr<ChildProcess> child(new ChildProcess(arguments[0], pid, options.log));
  child->input_ = std::move(streams->our_input);
  child->output_ = std::move(streams->our_output);
  return child;
}

ChildProcess::~ChildProcess() {
  if (reaped_) return;
  input_ = {};
  send_signal(SIGTERM);
  if (ended_within(std::chrono::seconds(5))) return;
  send_signal(SIGKILL);
  ended_within(std::chrono::seconds(5));
}

Result<void> ChildProcess::write_line(const std::string& line) {
  const std::string text = line + "\n";
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(input_.get(), text.data() + done, text.size() - done);
    if (written > 0)
      done += static_cast<std::size_t>(written);
    else if (errno != EINTR)
      return broken("does not listen any more");
  }
  return {};
}

Result<std::string> ChildProcess::read_line(Duration patience) {
  const TimePoint until = transport::monotonic_now() + patience;
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    const Duration left = until - transport::monotonic_now();
    if (left <= Duration::zero()) return broken("did not answer in time");
    pollfd ready{output_.get(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left / std::chrono::milliseconds(1)) + 1) <= 0) continue;
    std::array<char, 65536> part;
    const ssize_t size = ::read(output_.get(), part.data(), part.size());
    if (size == 0 || (size < 0 && errno != EINTR)) return broken("ended too early");
    if (size > 0) read_.append(part.data(), static_cast<std::size_t>(size));
    if (read_.size() > kLongestLine) return broken("answers without end");
  }
}

bool ChildProcess::running() {
  return !ended_within(Duration::zero());
}

void ChildProcess::send_signal(int number) {
  if (!reaped_) ::kill(pid_, number);
}

bool ChildProcess::ended_within(Duration patience) {
  const TimePoint until = transport::monotonic_now() + patience;
  while (!reaped_) {
    reaped_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    if (reaped_ || transport::monotonic_now() >= until) break;
    std::this_thread::sleep_for(kLook);
  }
  return reaped_;
}

Result<int> ChildProcess::wait(Duration patience) {
  if (!ended_within(patience)) return broken("did not end in time");
  if (!WIFEXITED(status_)) return broken("was ended by signal " + std::to_string(WTERMSIG(status_)));
  return WEXITSTATUS(status_);
}

std::string ChildProcess::last_words() const {
  std::ifstream file(log_, std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  return text.size() <= kLastWords ? text : "…" + text.substr(text.size() - kLastWords);
}

tl::unexpected<Error> ChildProcess::broken(const std::string& what) const {
  return fail(ErrorCode::kIo, name_ + " " + what + "; its log " + log_.string() + " ends: " + last_words());
}

std::filesystem::path program_on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path found = std::filesystem::path(folder) / name;
    if (::access(found.c_str(), X_OK) == 0) return found;
  }
  return {};
}

std::filesystem::path program_beside_ours(const std::string& name) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / name;
}

}  // namespace skirret::bench
