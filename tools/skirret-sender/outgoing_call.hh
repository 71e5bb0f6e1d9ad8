#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tools/skirret-sender/stats.hh"
#include "transport/crypto/random_source.hh"
#include "transport/session/call_link.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::tools {

struct Callee {
  transport::CallLink link;
  transport::Address address;
};

// Whom LINK (as `skirret-sender --help` has it) names. Errors: no link, a host without an address.
Result<Callee> find_callee(const std::string& link);

// What a program that sends to a callee runs its sender on: loop, socket, the file of --stats, and the end of
// it all, which is the sender's own or the user's.
class OutgoingCall {
 public:
  // `stats_file` "": no file. Errors: the file cannot be written, no socket.
  static Result<std::unique_ptr<OutgoingCall>> open(const Callee& callee, const std::string& stats_file);

  OutgoingCall(const OutgoingCall&) = delete;

  transport::EventLoop& loop() { return loop_; }
  transport::UdpSocket& socket() { return *socket_; }
  transport::RandomSource& random() { return random_; }
  SenderStats& stats() { return stats_; }
  void end(Result<void> how);  // what the sender calls when it has ended

  // Until the sender has ended; a stop signal calls `finish` once. Errors: the sender's, or those of writing
  // the file of --stats.
  Result<void> run(std::function<void()> finish);

 private:
  explicit OutgoingCall(std::optional<cli::JsonLines> file) : stats_(std::move(file)) {}

  transport::EventLoop loop_;
  std::unique_ptr<transport::UdpSocket> socket_;
  transport::SystemRandom random_;
  SenderStats stats_;
  Result<void> outcome_;
};

}  // namespace skirret::tools
