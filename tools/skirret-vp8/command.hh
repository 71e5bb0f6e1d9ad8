#pragma once

#include <functional>

#include "codec/base/result.hh"
#include "tools/cli/program.hh"

namespace skirret::vp8 {

// One command of the workbench: its place on the command line, and its work.
struct Command {
  CLI::App* app = nullptr;
  std::function<Result<cli::Outcome>()> run;
};

Command decode_command(cli::Program& program);
Command encode_command(cli::Program& program);
Command compare_command(cli::Program& program);
Command inspect_command(cli::Program& program);
Command rebase_command(cli::Program& program);

}  // namespace skirret::vp8
