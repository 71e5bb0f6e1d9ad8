#pragma once

#include <string>

#include "codec/base/result.hh"
#include "tools/cli/program.hh"

namespace skirret::bench {

// skirret-bench report: from the logs of one call to its summary and its page.
struct ReportOptions {
  std::string sender_stats;
  std::string receiver_stats;
  std::string link_stats;  // may be empty
  std::string source;      // empty: no quality
  std::string received;    // empty: no quality
  std::string size;        // WxH, empty: the source's own
  std::string fps;         // empty: the source's own
  std::string source_name;
  std::string link_name;
  std::string output;   // empty: no page
  std::string picture;  // empty: no picture
  std::string summary;  // empty: no file of the JSON
};

void add_report_command(cli::Program& program, ReportOptions& options);
Result<cli::Outcome> run_report(const cli::Program& program, const ReportOptions& options);

}  // namespace skirret::bench
