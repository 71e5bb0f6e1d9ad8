#include "tools/bench/live/tun_device.hh"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace skirret::bench {
namespace {

constexpr int kQueueLength = 5000;  // packets that wait for our reading; the emulated queue is elsewhere

tl::unexpected<Error> failed(const char* what) {
  return fail(ErrorCode::kUnsupported, std::string("cannot ") + what + ": " + std::strerror(errno) +
                                           "; live measurements need root and the kernel's tun module");
}

ifreq named() {
  ifreq request{};
  std::strcpy(request.ifr_name, "link0");
  return request;
}

ifreq with_address(const char* dotted) {
  ifreq request = named();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, dotted, &address.sin_addr);
  std::memcpy(&request.ifr_addr, &address, sizeof address);
  return request;
}

// No router solicitations or neighbour discovery on the link. A kernel without IPv6 has no such file.
void silence_ipv6() {
  const transport::Descriptor file(::open("/proc/sys/net/ipv6/conf/all/disable_ipv6", O_WRONLY | O_CLOEXEC));
  if (file.valid() && ::write(file.get(), "1", 1) != 1) return;
}

Result<void> configure(const std::string& address) {
  const transport::Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq place = with_address(address.c_str());
  ifreq mask = with_address("255.255.255.0");
  ifreq mtu = named();
  mtu.ifr_mtu = TunDevice::kMtu;
  ifreq queue = named();
  queue.ifr_qlen = kQueueLength;
  ifreq flags = named();
  flags.ifr_flags = IFF_UP | IFF_RUNNING;
  const auto set = [&](unsigned long what, ifreq& request) {
    return ::ioctl(socket.get(), what, &request) == 0;
  };
  if (socket.valid() && set(SIOCSIFADDR, place) && set(SIOCSIFNETMASK, mask) && set(SIOCSIFMTU, mtu) &&
      set(SIOCSIFTXQLEN, queue) && set(SIOCSIFFLAGS, flags))
    return {};
  return failed("set up a tun device");
}

}  // namespace

Result<TunDevice> TunDevice::create(const NetworkNamespace& where, const std::string& address) {
  transport::Descriptor device;
  const auto made = where.inside([&]() -> Result<void> {
    silence_ipv6();
    device = transport::Descriptor(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!device.valid()) return failed("open /dev/net/tun");
    ifreq request = named();
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (::ioctl(device.get(), TUNSETIFF, &request) != 0) return failed("make a tun device");
    return configure(address);
  });
  if (!made) return tl::unexpected(made.error());
  return TunDevice(std::move(device));
}

std::optional<ByteVector> TunDevice::read() {
  std::array<std::uint8_t, 65536> buffer;
  for (;;) {
    const ssize_t size = ::read(device_.get(), buffer.data(), buffer.size());
    if (size > 0) return ByteVector(buffer.begin(), buffer.begin() + size);
    if (size == 0 || errno != EINTR) return std::nullopt;
  }
}

bool TunDevice::write(Bytes packet) {
  for (;;) {
    const ssize_t size = ::write(device_.get(), packet.data(), packet.size());
    if (size == static_cast<ssize_t>(packet.size())) return true;
    if (size >= 0 || errno != EINTR) return false;
  }
}

}  // namespace skirret::bench
