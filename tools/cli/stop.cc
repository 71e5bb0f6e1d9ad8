#include "tools/cli/stop.hh"

#include <cerrno>
#include <csignal>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "codec/base/check.hh"

namespace skirret::cli {
namespace {

volatile std::sig_atomic_t g_stop = 0;
int g_descriptor = -1;

// Only what is allowed in a signal handler.
void on_signal(int) {
  const int saved = errno;
  g_stop = 1;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_descriptor, &one, sizeof one);
  errno = saved;
}

}  // namespace

void watch_for_stop() {
  if (g_descriptor >= 0) return;
  g_descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  SKIRRET_CHECK(g_descriptor >= 0);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;  // the second one acts as by default
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool stop_requested() {
  return g_stop != 0;
}

int stop_descriptor() {
  return g_descriptor;
}

}  // namespace skirret::cli
