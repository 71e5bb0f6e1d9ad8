#pragma once

#include <functional>

#include "codec/base/result.hh"
#include "transport/udp/descriptor.hh"

namespace skirret::bench {

// A network of its own for programs that know nothing of it (network_namespaces(7)): at first only a loopback
// interface. It has no name and goes with the last process or descriptor that holds it, so that nothing is
// left behind however a measurement ends.
class NetworkNamespace {
 public:
  // kUnsupported without the right to make one (root has it).
  static Result<NetworkNamespace> create();

  // For a new process, between fork and exec: it goes in there. False: errno says why.
  static bool enter(int descriptor);
  int descriptor() const { return held_.get(); }

  // Runs `work` on a thread that is inside; sockets and devices that it opens stay inside.
  Result<void> inside(const std::function<Result<void>()>& work) const;

 private:
  explicit NetworkNamespace(transport::Descriptor held) : held_(std::move(held)) {}

  transport::Descriptor held_;
};

}  // namespace skirret::bench
