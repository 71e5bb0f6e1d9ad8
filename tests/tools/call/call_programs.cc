#include "tests/tools/call/call_programs.hh"

#include <fstream>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/session/call_link.hh"

namespace skirret::test {
namespace {

std::vector<std::string> with(std::vector<std::string> command, std::vector<std::string> more) {
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

// A UDP port that was free a moment ago, for a program that is told its own.
std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(descriptor);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace

std::optional<std::string> find_link(const std::string& text) {
  const auto begin = text.find("skirret://");
  if (begin == std::string::npos) return std::nullopt;
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

RunningReceiver::RunningReceiver(std::vector<std::string> more, ProcessOptions options)
    : process(with({program("skirret-receiver"), "--listen", "127.0.0.1:0"}, std::move(more)),
              std::move(options)) {
  if (!process.wait_for_output("\n"))
    throw std::runtime_error("skirret-receiver printed no link: " + process.error_output());
  link = find_link(process.output()).value();
}

std::string RunningReceiver::host_and_port() const {
  return transport::parse_call_link(link)->peer_name();
}

RunningLink::RunningLink(const RunningReceiver& receiver, std::vector<std::string> more)
    : RunningLink(receiver, std::move(more), free_port()) {}

RunningLink::RunningLink(const RunningReceiver& receiver, std::vector<std::string> more, std::uint16_t port)
    : process(with({program("skirret-link"), "--listen", "127.0.0.1:" + std::to_string(port), "--to",
                    receiver.host_and_port()},
                   std::move(more))) {
  auto through = *transport::parse_call_link(receiver.link);
  through.port = port;
  link = through.with_secret();
}

std::vector<nlohmann::json> read_json_lines(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace skirret::test
