#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/process.hh"

namespace skirret::test {

// The first word of `text` that begins with "skirret://", or nothing.
std::optional<std::string> find_link(const std::string& text);

// A running skirret-receiver on a free port of the loopback interface, and the link it printed.
struct RunningReceiver {
  explicit RunningReceiver(std::vector<std::string> more = {}, ProcessOptions options = {});
  std::string host_and_port() const;  // of the link

  Process process;
  std::string link;
};

// A running skirret-link in front of a receiver; `link` leads through it.
struct RunningLink {
  RunningLink(const RunningReceiver& receiver, std::vector<std::string> more);

  Process process;
  std::string link;

 private:
  RunningLink(const RunningReceiver& receiver, std::vector<std::string> more, std::uint16_t port);
};

std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path);

}  // namespace skirret::test
