#include "tests/support/process.hh"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace skirret::test {
namespace {

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    read_end = ends[0];
    write_end = ends[1];
  }
};

[[noreturn]] void become(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  for (const auto& [name, value] : options.environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(126);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

struct Process::Child {
  ProcessOptions options;
  std::string name;
  pid_t pid = -1;
  std::thread feeder;
  std::thread reader;
  std::mutex mutex;
  std::condition_variable changed;
  std::string out, err;
  bool closed = false;  // both pipes ended
  std::optional<int> status;

  void feed(int descriptor) const {
    const char* from = options.input.data();
    std::size_t left = options.input.size();
    while (left > 0) {
      const ssize_t wrote = ::write(descriptor, from, left);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) break;
      from += wrote;
      left -= static_cast<std::size_t>(wrote);
    }
    ::close(descriptor);
  }

  void read(int out_descriptor, int err_descriptor) {
    pollfd polled[2] = {{out_descriptor, POLLIN, 0}, {err_descriptor, POLLIN, 0}};
    std::string* const texts[2] = {&out, &err};
    char piece[65536];
    while (polled[0].fd >= 0 || polled[1].fd >= 0) {
      if (::poll(polled, 2, -1) < 0) continue;
      for (int i = 0; i < 2; ++i) {
        if (polled[i].fd < 0 || polled[i].revents == 0) continue;
        const ssize_t got = ::read(polled[i].fd, piece, sizeof piece);
        const std::lock_guard lock(mutex);
        if (got > 0) texts[i]->append(piece, static_cast<std::size_t>(got));
        if (got == 0) ::close(std::exchange(polled[i].fd, -1));
        changed.notify_all();
      }
    }
    const std::lock_guard lock(mutex);
    closed = true;
    changed.notify_all();
  }

  bool wait_for(const std::string& in_what, const std::string& text, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex);
    const auto found = [&] { return in_what.find(text) != std::string::npos; };
    changed.wait_for(lock, timeout, [&] { return closed || found(); });
    return found();
  }

  // Reaps; `patient` waits for the end.
  bool reap(bool patient) {
    if (status) return true;
    int got = 0;
    pid_t which = 0;
    do which = ::waitpid(pid, &got, patient ? 0 : WNOHANG);
    while (which < 0 && errno == EINTR);
    if (which == pid) status = got;
    return status.has_value();
  }
};

Process::Process(std::vector<std::string> arguments, ProcessOptions options)
    : child_(std::make_unique<Child>()) {
  ::signal(SIGPIPE, SIG_IGN);  // a child that does not read its stdin must not end the test
  child_->options = std::move(options);
  child_->name = arguments.at(0);
  const Pipe in, out, err;
  child_->pid = ::fork();
  if (child_->pid < 0) throw std::runtime_error("fork failed");
  if (child_->pid == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(in.read_end, STDIN_FILENO);
    ::dup2(out.write_end, STDOUT_FILENO);
    ::dup2(err.write_end, STDERR_FILENO);
    become(arguments, child_->options);
  }
  ::close(in.read_end);
  ::close(out.write_end);
  ::close(err.write_end);
  child_->feeder = std::thread([child = child_.get(), end = in.write_end] { child->feed(end); });
  child_->reader =
      std::thread([child = child_.get(), a = out.read_end, b = err.read_end] { child->read(a, b); });
}

Process::~Process() {
  if (!child_->reap(false)) {
    ::kill(child_->pid, SIGKILL);
    child_->reap(true);
  }
  child_->feeder.join();
  child_->reader.join();
}

bool Process::wait_for_output(const std::string& text, std::chrono::milliseconds timeout) {
  return child_->wait_for(child_->out, text, timeout);
}

bool Process::wait_for_error_output(const std::string& text, std::chrono::milliseconds timeout) {
  return child_->wait_for(child_->err, text, timeout);
}

bool Process::running() {
  return !child_->reap(false);
}

void Process::send_signal(int number) {
  if (running()) ::kill(child_->pid, number);
}

ProcessResult Process::wait() {
  ProcessResult result;
  {
    // A program of ours keeps both pipes until it ends.
    std::unique_lock lock(child_->mutex);
    result.timed_out =
        !child_->changed.wait_for(lock, child_->options.timeout, [&] { return child_->closed; });
  }
  if (result.timed_out) send_signal(SIGKILL);
  child_->reap(true);
  const std::lock_guard lock(child_->mutex);
  result.out = child_->out;
  result.err = child_->err;
  if (WIFEXITED(*child_->status)) result.exit_code = WEXITSTATUS(*child_->status);
  if (WIFSIGNALED(*child_->status)) result.signal = WTERMSIG(*child_->status);
  if (result.exit_code == 127 && result.err.empty()) throw std::runtime_error("cannot start " + child_->name);
  return result;
}

std::string Process::output() const {
  const std::lock_guard lock(child_->mutex);
  return child_->out;
}

std::string Process::error_output() const {
  const std::lock_guard lock(child_->mutex);
  return child_->err;
}

pid_t Process::pid() const {
  return child_->pid;
}

std::string ProcessResult::describe() const {
  return "exit " + std::to_string(exit_code) + (signal != 0 ? ", signal " + std::to_string(signal) : "") +
         (timed_out ? ", timed out" : "") + "\nstdout: " + out + "\nstderr: " + err;
}

ProcessResult run_process(std::vector<std::string> arguments, ProcessOptions options) {
  return Process(std::move(arguments), std::move(options)).wait();
}

std::string program(const std::string& name) {
  return std::string(SKIRRET_BIN_DIR) + "/" + name;
}

std::optional<std::string> system_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string candidate = rest.substr(0, colon) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return std::nullopt;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "skirret-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace skirret::test
