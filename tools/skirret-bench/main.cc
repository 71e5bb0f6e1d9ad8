#include <vector>

#include "tools/cli/program.hh"
#include "tools/skirret-bench/command.hh"

int main(int argc, char** argv) {
  using namespace skirret;
  cli::Program program({"skirret-bench", "Measures calls and draws what it measured.", {}});
  const std::vector<bench::Command> commands = {
      bench::call_command(program), bench::cloud_command(program), bench::code_cost_command(program),
      bench::codec_command(program), bench::report_command(program)};
  return program.run(argc, argv, [&]() -> Result<cli::Outcome> {
    for (const bench::Command& command : commands)
      if (command.app->parsed()) return command.run();
    return fail(ErrorCode::kInvalid, "no command given: see skirret-bench --help");
  });
}
