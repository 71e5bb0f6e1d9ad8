#pragma once

#include <functional>

#include "codec/base/result.hh"
#include "tools/cli/program.hh"

namespace skirret::bench {

// Appears under its name when it is whole. kIo.
Result<void> write_text_file(const std::string& path, const std::string& text);

// One command of skirret-bench: its place on the command line, and its work. Each stands in a file of its
// own; main lists them.
struct Command {
  CLI::App* app = nullptr;
  std::function<Result<cli::Outcome>()> run;
};

Command call_command(cli::Program& program);
Command cloud_command(cli::Program& program);
Command code_cost_command(cli::Program& program);
Command codec_command(cli::Program& program);
Command report_command(cli::Program& program);

}  // namespace skirret::bench
