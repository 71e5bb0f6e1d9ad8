#include "tools/cli/program.hh"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "tools/cli/stop.hh"

namespace skirret::cli {
namespace {

std::string footer(const std::vector<Example>& examples) {
  if (examples.empty()) return "";
  std::string text = "\nExamples:\n";
  for (const Example& example : examples) text += "  " + example.command + "\n      " + example.does + "\n";
  return text;
}

void log_to_stderr(const std::string& name, const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->set_pattern("%n: %^%l%$: %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace

Program::Program(Description description)
    : description_(std::move(description)), app_(description_.summary, description_.name) {
  app_.footer(footer(description_.examples));
  app_.set_version_flag("--version", description_.name + " " + SKIRRET_VERSION, "Print the version and exit");
  app_.add_flag("--json", json_, "Print one JSON object on stdout, and nothing else there");
  app_.add_option("--log", log_level_, "Least severe log line that goes to stderr")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}))
      ->capture_default_str();
  app_.fallthrough();  // --json may stand after a command's name
}

CLI::App& Program::add_command(const std::string& name, const std::string& summary,
                               const std::vector<Example>& examples) {
  app_.require_subcommand(1);
  CLI::App& command = *app_.add_subcommand(name, summary);
  command.footer(footer(examples));
  return command;
}

void Program::print(const std::string& text) const {
  if (!json_) std::fwrite(text.data(), 1, text.size(), stdout);
}

int Program::report_error(const std::string& message, int exit_code) const {
  std::fprintf(stderr, "%s: %s\n", description_.name.c_str(), message.c_str());
  if (json_) {
    const std::string line =
        Json{{"error", message}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }
  return exit_code;
}

int Program::finish(const Outcome& outcome) const {
  if (json_) {
    const std::string text = outcome.report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "%s: stdout: writing failed: is the disk full, or did the reader go away?\n",
                 description_.name.c_str());
    return kFailed;
  }
  return outcome.exit_code;
}

int Program::run(int argc, char** argv, const std::function<Result<Outcome>()>& body) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app_.exit(help) == 0 ? finish({}) : kFailed;
  } catch (const CLI::CallForVersion& version) {
    app_.exit(version);
    return std::fflush(stdout) == 0 ? kDone : kFailed;
  } catch (const CLI::ParseError& error) {
    return report_error(std::string(error.what()) + ": see " + description_.name + " --help", kWrongUsage);
  }
  try {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is an error to report, too
    watch_for_stop();
    log_to_stderr(description_.name, log_level_);
    const Result<Outcome> outcome = body();
    if (outcome) return finish(*outcome);
    return report_error(outcome.error().message,
                        outcome.error().code == ErrorCode::kInvalid ? kWrongUsage : kFailed);
  } catch (const std::bad_alloc&) {
    return report_error("out of memory: try a smaller picture or fewer threads", kFailed);
  } catch (const std::exception& error) {
    return report_error(std::string("unexpected failure: ") + error.what(), kFailed);
  }
}

}  // namespace skirret::cli
