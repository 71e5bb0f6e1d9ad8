// Stands in for a program of ours: counts to N, fails or waits on demand.
#include <string>

#include <poll.h>

#include "tools/cli/program.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"

int main(int argc, char** argv) {
  using skirret::ErrorCode;
  using skirret::Result;
  namespace cli = skirret::cli;
  cli::Program program({"skirret-example", "Counts.", {{"skirret-example count 3", "counts to three"}}});
  int count = 0;
  std::string failure;
  CLI::App& counting = program.add_command("count", "Count to N.", {{"skirret-example count 3", "to three"}});
  counting.add_option("N", count, "How far")->required();
  CLI::App& failing = program.add_command("fail", "Fail.", {});
  failing.add_option("HOW", failure, "How")->required();
  CLI::App& waiting = program.add_command("wait", "Wait for Ctrl-C.", {});
  return program.run(argc, argv, [&]() -> Result<cli::Outcome> {
    if (failing.parsed()) {
      if (failure == "usage") return skirret::fail(ErrorCode::kInvalid, "N is 0: give 1 or more");
      if (failure == "throw") throw std::runtime_error("thrown");
      if (failure == "no") return cli::Outcome{{{"answer", "no"}}, cli::kFailed};
      return skirret::fail(ErrorCode::kIo, "x.y4m: disk full: make room");
    }
    if (waiting.parsed()) {
      program.print("waiting\n");
      std::fflush(stdout);
      pollfd polled{cli::stop_descriptor(), POLLIN, 0};
      while (::poll(&polled, 1, -1) <= 0) {
      }
      program.print(cli::stop_requested() ? "stopped\n" : "woken\n");
      return cli::Outcome{};
    }
    cli::Progress progress("counting", static_cast<std::uint64_t>(count));
    for (int i = 1; i <= count; ++i) {
      progress.update(static_cast<std::uint64_t>(i));
      program.print(std::to_string(i) + "\n");
    }
    return cli::Outcome{{{"count", count}}};
  });
}
