#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "tools/bench/live/network_namespace.hh"
#include "transport/udp/descriptor.hh"

namespace skirret::bench {

struct ChildOptions {
  const NetworkNamespace* inside = nullptr;  // none: our own network
  std::filesystem::path log;                 // its stderr, and its stdout unless that goes elsewhere
  std::filesystem::path output;              // its stdout; empty: the log
  bool talks = false;                        // stdin and stdout are pipes for write_line and read_line
};

// A program that a measurement runs. One that still runs when the object goes is told to end (SIGTERM), and
// killed when it does not; it does not outlive us either way.
class ChildProcess {
 public:
  // arguments[0] is a path or a name on PATH. Errors say which program.
  static Result<std::unique_ptr<ChildProcess>> start(std::vector<std::string> arguments,
                                                     const ChildOptions& options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Result<void> write_line(const std::string& line);
  // Without its line feed. kIo when the program ended or `patience` did; the message has its last words.
  Result<std::string> read_line(Duration patience);
  void close_input() { input_ = {}; }

  bool running();
  void send_signal(int number);
  // Its exit status. kIo when `patience` ended first, or a signal ended it.
  Result<int> wait(Duration patience);
  // The end of its log, for error messages.
  std::string last_words() const;

 private:
  ChildProcess(std::string name, pid_t pid, std::filesystem::path log)
      : name_(std::move(name)), pid_(pid), log_(std::move(log)) {}
  bool ended_within(Duration patience);
  tl::unexpected<Error> broken(const std::string& what) const;

  std::string name_;
  pid_t pid_;
  int status_ = 0;
  bool reaped_ = false;
  std::filesystem::path log_;
  transport::Descriptor input_;
  transport::Descriptor output_;
  std::string read_;  // beyond the last line that was given
};

// The full path of a program on PATH; empty when there is none.
std::filesystem::path program_on_path(const std::string& name);
// Our own programs stand beside each other.
std::filesystem::path program_beside_ours(const std::string& name);

}  // namespace skirret::bench
