#include "tools/cli/progress.hh"

#include <cstdio>
#include <utility>

#include <unistd.h>

namespace skirret::cli {

Progress::Progress(std::string doing, std::uint64_t total)
    : doing_(std::move(doing)), total_(total), terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (written_) std::fputs("\r\x1b[K", stderr);
}

void Progress::update(std::uint64_t done, const std::string& note) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  written_ = true;
  const std::string of = total_ > 0 ? "/" + std::to_string(total_) : "";
  std::fprintf(stderr, "\r%s %llu%s %s\x1b[K", doing_.c_str(), static_cast<unsigned long long>(done),
               of.c_str(), note.c_str());
}

}  // namespace skirret::cli
