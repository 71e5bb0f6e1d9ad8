#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "codec/base/result.hh"

// The habits that every program of ours shares, so that a main only declares its options and does its work:
//
//   int main(int argc, char** argv) {
//     cli::Program program({"skirret-x", "What it does.", {{"skirret-x in.y4m", "does it to a file"}}});
//     std::string in;
//     program.app().add_option("IN", in, "The file to read")->required();
//     return program.run(argc, argv, [&]() -> Result<cli::Outcome> {
//       auto done = work(in);                             // a Result: its message is what the user reads
//       if (!done) return tl::unexpected(done.error());
//       program.print("done\n");                          // stdout for people; nothing under --json
//       return cli::Outcome{{{"frames", done->frames}}};  // stdout for machines, under --json
//     });
//   }
//
// run() adds --help (with the examples), --version, --json and --log; sends spdlog's default logger to
// stderr; installs the Ctrl-C flag (tools/cli/stop.hh); ignores SIGPIPE, so that a closed pipe is an error
// to report. Errors are written as "skirret-x: what: what to do", under --json also as {"error": …}.
namespace skirret::cli {

using Json = nlohmann::ordered_json;

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

struct Outcome {
  Json report = Json::object();  // printed under --json
  int exit_code = kDone;         // kFailed: the work was done and its answer is "no"
};

struct Example {
  std::string command;
  std::string does;
};

struct Description {
  std::string name;     // skirret-x
  std::string summary;  // one sentence
  std::vector<Example> examples;
};

class Program {
 public:
  explicit Program(Description description);

  CLI::App& app() { return app_; }
  // A command such as `skirret-vp8 decode`; once there is one, exactly one must be given.
  CLI::App& add_command(const std::string& name, const std::string& summary,
                        const std::vector<Example>& examples);

  bool json() const { return json_; }
  void print(const std::string& text) const;  // to stdout, unless --json

  // Parses, runs `body`, reports. Gives the exit status: 0 done, 1 failed, 2 wrong usage (what CLI11
  // refuses, and a body's Error of kInvalid: an argument out of its range).
  int run(int argc, char** argv, const std::function<Result<Outcome>()>& body);

 private:
  int report_error(const std::string& message, int exit_code) const;
  int finish(const Outcome& outcome) const;

  Description description_;
  CLI::App app_;
  bool json_ = false;
  std::string log_level_ = "warning";
};

}  // namespace skirret::cli
