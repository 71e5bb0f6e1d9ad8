#include "tools/cli/progress.hh"

#include <cstdio>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace skirret::cli {
namespace {

// A line that goes on in the next one would be rewritten there only.
std::string fitted(std::string line) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 && line.size() >= size.ws_col)
    line.resize(size.ws_col - 1u);
  return line;
}

}  // namespace

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
  std::fprintf(stderr, "\r%s\x1b[K", fitted(doing_ + " " + std::to_string(done) + of + " " + note).c_str());
}

}  // namespace skirret::cli
