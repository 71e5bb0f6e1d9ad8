#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/report/baseline.hh"
#include "tools/cli/program.hh"

namespace skirret::bench {

// `--baseline FILE`: an earlier report of the same command to be compared with.
struct BaselineOptions {
  std::string file;      // empty: none
  double tolerance = 1;  // how many times the usual noise counts as none
};

void add_baseline_options(CLI::App& app, BaselineOptions& options);

// Before anything is measured, so that a wrong name is told at once. kNotFound, kMalformed.
Result<std::optional<Json>> read_baseline(const BaselineOptions& options);

// The report as an outcome; beside a baseline, what changed is printed and added, and a regression fails.
Result<cli::Outcome> told_beside(const cli::Program& program, const BaselineOptions& options,
                                 const std::optional<Json>& baseline,
                                 const std::vector<ComparedFigure>& figures, Json report);

}  // namespace skirret::bench
