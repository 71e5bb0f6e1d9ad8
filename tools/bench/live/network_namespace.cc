#include "tools/bench/live/network_namespace.hh"

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace skirret::bench {
namespace {

Result<void> loopback_up() {
  const transport::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
  if (socket.valid() && ::ioctl(socket.get(), SIOCSIFFLAGS, &request) == 0) return {};
  return fail(ErrorCode::kIo, std::string("cannot start a loopback interface: ") + std::strerror(errno));
}

Result<transport::Descriptor> fresh() {
  if (::unshare(CLONE_NEWNET) != 0) {
    return fail(ErrorCode::kUnsupported, std::string("cannot make a network namespace: ") +
                                             std::strerror(errno) + "; live measurements need root");
  }
  transport::Descriptor held(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!held.valid())
    return fail(ErrorCode::kIo, std::string("cannot open a network namespace: ") + std::strerror(errno));
  if (auto up = loopback_up(); !up) return tl::unexpected(up.error());
  return held;
}

}  // namespace

Result<NetworkNamespace> NetworkNamespace::create() {
  Result<transport::Descriptor> held;
  std::thread([&] { held = fresh(); }).join();  // a thread has a network namespace of its own
  if (!held) return tl::unexpected(held.error());
  return NetworkNamespace(std::move(*held));
}

bool NetworkNamespace::enter(int descriptor) {
  return ::setns(descriptor, CLONE_NEWNET) == 0;
}

Result<void> NetworkNamespace::inside(const std::function<Result<void>()>& work) const {
  Result<void> outcome;
  std::thread([&] {
    if (enter(held_.get()))
      outcome = work();
    else
      outcome =
          fail(ErrorCode::kIo, std::string("cannot enter a network namespace: ") + std::strerror(errno));
  }).join();
  return outcome;
}

}  // namespace skirret::bench
