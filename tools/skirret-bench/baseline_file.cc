#include "tools/skirret-bench/baseline_file.hh"

#include <fstream>
#include <utility>

namespace skirret::bench {

void add_baseline_options(CLI::App& app, BaselineOptions& options) {
  app.add_option(
      "--baseline", options.file,
      "An earlier report (--json): say what changed beyond noise; exit 1 when something got worse");
  app.add_option("--tolerance", options.tolerance,
                 "How many times the usual noise counts as none, with --baseline")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
}

Result<std::optional<Json>> read_baseline(const BaselineOptions& options) {
  if (options.file.empty()) return std::nullopt;
  std::ifstream file(options.file);
  if (!file)
    return fail(ErrorCode::kNotFound, options.file + ": cannot be read: is this the baseline's name?");
  Json json = Json::parse(file, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kMalformed, options.file + ": no JSON");
  return json;
}

Result<cli::Outcome> told_beside(const cli::Program& program, const BaselineOptions& options,
                                 const std::optional<Json>& baseline,
                                 const std::vector<ComparedFigure>& figures, Json report) {
  if (!baseline) return cli::Outcome{.report = std::move(report)};
  const auto compared = compare_groups(*baseline, report, figures, options.file, options.tolerance);
  if (!compared) return tl::unexpected(compared.error());
  report["comparison"] = comparison_json(*compared);
  program.print("\n" + comparison_text(*compared));
  return cli::Outcome{.report = std::move(report),
                      .exit_code = compared->regressed() ? cli::kFailed : cli::kDone};
}

}  // namespace skirret::bench
