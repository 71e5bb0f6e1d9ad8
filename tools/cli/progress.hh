#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace skirret::cli {

// One line on stderr that rewrites itself, for work that takes a while; silent unless stderr is a
// terminal, and no longer than it is wide. The line is wiped when the object goes.
class Progress {
 public:
  // `total` 0: unknown.
  Progress(std::string doing, std::uint64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void update(std::uint64_t done, const std::string& note = "");  // writes at most ten times a second

 private:
  std::string doing_;
  std::uint64_t total_;
  bool terminal_;
  bool written_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace skirret::cli
