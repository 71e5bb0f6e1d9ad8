#include "tools/skirret-sender/outgoing_call.hh"

#include <cstdlib>
#include <iostream>

#include "tools/cli/stop.hh"
#include "transport/session/link_source.hh"
#include "transport/udp/resolve.hh"

namespace skirret::tools {

Result<Callee> find_callee(const std::string& link) {
  auto read = transport::read_link(link, std::cin, std::getenv(transport::kLinkVariable));
  if (!read) return tl::unexpected(read.error());
  const auto address = transport::resolve(read->peer_name());
  if (!address) return tl::unexpected(address.error());
  return Callee{std::move(*read), *address};
}

Result<std::unique_ptr<OutgoingCall>> OutgoingCall::open(const Callee& callee,
                                                         const std::string& stats_file) {
  std::optional<cli::JsonLines> file;
  if (!stats_file.empty()) {
    auto created = cli::JsonLines::create(stats_file);
    if (!created) return tl::unexpected(created.error());
    file.emplace(std::move(*created));
  }
  std::unique_ptr<OutgoingCall> call(new OutgoingCall(std::move(file)));
  const std::string any = callee.address.is_ipv6() ? "[::]:0" : "0.0.0.0:0";
  auto socket = transport::UdpSocket::bind(call->loop_, *transport::Address::parse(any));
  if (!socket) return tl::unexpected(socket.error());
  call->socket_ = std::move(*socket);
  return call;
}

void OutgoingCall::end(Result<void> how) {
  outcome_ = std::move(how);
  loop_.stop();
}

Result<void> OutgoingCall::run(std::function<void()> finish) {
  transport::FdWatch interrupted(loop_, cli::stop_descriptor(), [&](transport::FdWatch::Ready) {
    interrupted.want(false, false);
    finish();
  });
  interrupted.want(true, false);
  loop_.run();
  if (!outcome_) return outcome_;
  return stats_.status();
}

}  // namespace skirret::tools
