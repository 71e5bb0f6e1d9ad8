#include "tools/cli/program.hh"
#include "tools/skirret-bench/report_command.hh"

int main(int argc, char** argv) {
  using namespace skirret;
  cli::Program program({"skirret-bench", "Measures calls and draws what it measured.", {}});
  bench::ReportOptions report;
  bench::add_report_command(program, report);
  return program.run(argc, argv, [&] { return bench::run_report(program, report); });
}
