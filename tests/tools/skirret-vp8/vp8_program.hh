#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/process.hh"

namespace skirret::test {

// Runs skirret-vp8 with these arguments.
inline ProcessResult vp8(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program("skirret-vp8"));
  return run_process(std::move(arguments));
}

// The same with --json: the one object on stdout. Throws when it is none.
inline nlohmann::json vp8_json(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const ProcessResult result = vp8(std::move(arguments));
  if (result.exit_code != 0) throw std::runtime_error(result.describe());
  return nlohmann::json::parse(result.out);
}

inline void ffmpeg(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"ffmpeg", "-v", "error", "-y"});
  const ProcessResult result = run_process(std::move(arguments));
  if (result.exit_code != 0) throw std::runtime_error(result.describe());
}

inline std::string vector_path(const std::string& number) {
  return "vp8-test-vectors/vp80-" + number + ".ivf";
}

}  // namespace skirret::test
