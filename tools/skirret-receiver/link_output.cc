#include "tools/skirret-receiver/link_output.hh"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "transport/udp/interface_addresses.hh"

namespace skirret::tools {
namespace {

Result<void> write_private(const std::string& path, const std::string& text) {
  const auto failed = [&](const char* what) {
    return fail(ErrorCode::kIo, std::string("cannot ") + what + " " + path + ": " + std::strerror(errno) +
                                    "; choose another place for --link-file");
  };
  const std::string partial = path + ".partial";
  ::unlink(partial.c_str());  // left by a run that was killed
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("write");
  const bool whole = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = ::close(descriptor) == 0;
  if (whole && closed && std::rename(partial.c_str(), path.c_str()) == 0) return {};
  auto error = failed("write");
  ::unlink(partial.c_str());
  return error;
}

}  // namespace

LinkOutput::LinkOutput(const transport::Address& bound, transport::CallSecret secret) {
  const transport::Address reached = transport::reachable_address(bound, transport::interface_addresses());
  link_.host = reached.host_text();
  link_.port = bound.port();
  link_.secret = std::move(secret);
}

Result<void> LinkOutput::show(bool json, const std::string& file) const {
  const std::string line = link_.with_secret() + "\n";
  if (!file.empty())  // first: whoever reads the line may look for the file
    if (auto written = write_private(file, line); !written) return written;
  std::FILE* out = json ? stderr : stdout;
  std::fputs(line.c_str(), out);
  std::fflush(out);
  return {};
}

}  // namespace skirret::tools
