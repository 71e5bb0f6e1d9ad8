#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/data.hh"

namespace skirret::test {

struct ProcessOptions {
  std::string input;                               // what it reads on stdin, which then ends
  std::map<std::string, std::string> environment;  // added to ours
  std::filesystem::path folder;                    // working directory; empty: ours
  std::chrono::milliseconds timeout{60'000};       // of run_process and wait: then the program is killed
};

struct ProcessResult {
  int exit_code = -1;      // 0..255, or -1 when a signal ended it
  int signal = 0;          // the signal that ended it, or 0
  bool timed_out = false;  // we killed it
  std::string out, err;

  // For failure messages: everything at a glance.
  std::string describe() const;
};

// A real child process whose stdout and stderr are collected while it runs. One that still runs when the
// object goes is killed and reaped, so a failing test leaves nothing behind.
class Process {
 public:
  // arguments[0] is a path or a name on PATH. Throws std::runtime_error when it cannot start.
  explicit Process(std::vector<std::string> arguments, ProcessOptions options = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  // True once its stdout (or stderr) holds `text`; false when it ended or the time was up before that.
  bool wait_for_output(const std::string& text, std::chrono::milliseconds timeout = std::chrono::seconds(20));
  bool wait_for_error_output(const std::string& text,
                             std::chrono::milliseconds timeout = std::chrono::seconds(20));
  bool running();
  void send_signal(int number);
  ProcessResult wait();  // to its end, or kills it after options.timeout

  std::string output() const;        // stdout so far
  std::string error_output() const;  // stderr so far
  pid_t pid() const;

 private:
  struct Child;
  std::unique_ptr<Child> child_;
};

ProcessResult run_process(std::vector<std::string> arguments, ProcessOptions options = {});

// Where the build puts a program of ours, e.g. program("skirret-vp8").
std::string program(const std::string& name);

// The full path of a program of the system (e.g. "ffmpeg", "vpxdec", "Xvfb"), or nothing.
std::optional<std::string> system_program(const std::string& name);

// A fresh folder that is removed, with all in it, at the end of its life.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::vector<std::string> names() const;  // of what is in it, sorted

 private:
  std::filesystem::path path_;
};

}  // namespace skirret::test

// At the top of a TEST body: gives `variable` the path of a system program, or skips by name (fails where
// data is required: tools/test installs them all).
#define SKIRRET_SYSTEM_PROGRAM(variable, name)                                                 \
  const auto variable##_found = ::skirret::test::system_program(name);                         \
  if (!variable##_found) {                                                                     \
    if (::skirret::test::data_required()) FAIL() << "required program is missing: " << (name); \
    GTEST_SKIP() << "needs the program " << (name);                                            \
  }                                                                                            \
  const std::string variable = *variable##_found
