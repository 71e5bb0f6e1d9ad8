#include "transport/udp/udp_socket.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "codec/base/check.hh"
#include "transport/udp/clock.hh"
#include "transport/udp/socket_address.hh"

namespace skirret::transport {
namespace {

constexpr std::size_t kBatch = 32;
// Batches read before other callbacks of the loop get their turn: a flood must not starve the timer.
constexpr int kBatchesInARow = 8;

void set_option(int descriptor, int level, int name, int value) {
  // A refusal leaves the default, which works too.
  static_cast<void>(::setsockopt(descriptor, level, name, &value, sizeof value));
}

void set_buffers(int descriptor, int bytes) {
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, bytes);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
  set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, bytes);  // beyond the system's limit, where allowed
  set_option(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, bytes);
}

// Congestion marks, both ways; no fragments, and no limits that an ICMP message claims (it may be forged).
void set_path_options(int descriptor, bool ipv6) {
  const int tos = static_cast<int>(Ecn::kCapable0);
  set_option(descriptor, IPPROTO_IP, IP_TOS, tos);  // an IPv6 socket may carry IPv4 as well
  set_option(descriptor, IPPROTO_IP, IP_RECVTOS, 1);
  set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  if (!ipv6) return;
  set_option(descriptor, IPPROTO_IPV6, IPV6_TCLASS, tos);
  set_option(descriptor, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  set_option(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
}

Error bind_error(const Address& local, int error) {
  const std::string port = "port " + std::to_string(local.port()) + " on " + local.host_text();
  switch (error) {
    case EADDRINUSE:
      return {ErrorCode::kIo, port + " is in use: stop the program that holds it, or choose another port"};
    case EACCES:
      return {ErrorCode::kIo, port + " needs more rights: choose a port above 1023"};
    case EADDRNOTAVAIL:
      return {ErrorCode::kNotFound,
              local.host_text() + " is no address of this machine: listen on one of its own, or on 0.0.0.0"};
    default:
      return {ErrorCode::kIo, "cannot open " + port + ": " + std::strerror(error)};
  }
}

// What ICMP told about an earlier datagram, or a moment's lack: neither is a fault of this one.
bool is_passing(int error) {
  return error == ECONNREFUSED || error == EHOSTDOWN || error == EINTR;
}

}  // namespace

struct UdpSocket::ReceiveArea {
  // Not zeroed: of slots for the longest datagrams only the pages that are written cost memory.
  explicit ReceiveArea(std::size_t max_datagram)
      : slot(max_datagram), bytes(std::make_unique_for_overwrite<std::uint8_t[]>(kBatch * max_datagram)) {
    for (std::size_t i = 0; i < kBatch; ++i) parts[i] = {bytes.get() + i * slot, slot};
  }

  // Fresh headers: the kernel writes lengths into them.
  void prepare() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      msghdr& header = messages[i].msg_hdr;
      header = {};
      header.msg_name = addresses[i].get();
      header.msg_namelen = sizeof addresses[i].storage;
      header.msg_iov = &parts[i];
      header.msg_iovlen = 1;
      header.msg_control = control[i].data();
      header.msg_controllen = control[i].size();
    }
  }

  std::int64_t stamp_ns(std::size_t i, std::int64_t otherwise) {
    msghdr& header = messages[i].msg_hdr;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
      return std::int64_t{stamp.tv_sec} * 1'000'000'000 + stamp.tv_nsec;
    }
    return otherwise;
  }

  Ecn ecn(std::size_t i) {
    msghdr& header = messages[i].msg_hdr;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      const bool four = c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS;
      const bool six = c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS;
      if (!four && !six) continue;
      int value = 0;  // IPv4 gives a byte, IPv6 an int
      std::memcpy(&value, CMSG_DATA(c), four ? 1 : sizeof value);
      return static_cast<Ecn>(value & 3);
    }
    return Ecn::kNotCapable;
  }

  std::size_t slot;
  std::unique_ptr<std::uint8_t[]> bytes;
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> messages{};
  std::array<SocketAddress, kBatch> addresses{};
  struct alignas(cmsghdr) Control : std::array<std::uint8_t, 128> {};
  std::array<Control, kBatch> control{};
  std::vector<ReceivedDatagram> received;
};

Result<std::unique_ptr<UdpSocket>> UdpSocket::bind(EventLoop& loop, const Address& local,
                                                   const UdpOptions& options) {
  SKIRRET_CHECK(options.max_datagram >= 1 && options.max_datagram <= 65535);
  const int family = local.is_ipv6() ? AF_INET6 : AF_INET;
  Descriptor descriptor(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor.valid()) return tl::unexpected(bind_error(local, errno));
  set_buffers(descriptor.get(), options.buffer_bytes);
  set_option(descriptor.get(), SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set_path_options(descriptor.get(), local.is_ipv6());
  // [::] hears IPv4 as well; one IPv6 address of this machine does not.
  if (local.is_ipv6())
    set_option(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, local.is_unspecified() ? 0 : 1);
  const SocketAddress wanted = to_socket_address(local, family);
  if (::bind(descriptor.get(), wanted.get(), wanted.size) != 0)
    return tl::unexpected(bind_error(local, errno));
  SocketAddress given;
  given.size = sizeof given.storage;
  SKIRRET_CHECK(::getsockname(descriptor.get(), given.get(), &given.size) == 0);
  return std::unique_ptr<UdpSocket>(
      new UdpSocket(loop, std::move(descriptor), from_socket_address(given), options));
}

UdpSocket::UdpSocket(EventLoop& loop, Descriptor descriptor, const Address& local, const UdpOptions& options)
    : descriptor_(std::move(descriptor)),
      family_(local.is_ipv6() ? AF_INET6 : AF_INET),
      local_(local),
      area_(std::make_shared<ReceiveArea>(options.max_datagram)),
      watch_(loop, descriptor_.get(), [this](FdWatch::Ready now) { ready(now); }) {}

void UdpSocket::on_receive(std::function<void(std::span<ReceivedDatagram>)> callback) {
  on_receive_ = std::move(callback);
  update_wishes();
}

void UdpSocket::update_wishes() {
  watch_.want(on_receive_ != nullptr, !backlog_.empty());
}

void UdpSocket::ready(FdWatch::Ready now) {
  if (now.writable) flush_backlog();
  if (!now.readable || !on_receive_) return;
  // The callback may end this socket's life; the area tells.
  const std::weak_ptr<ReceiveArea> alive = area_;
  for (int batch = 0; batch < kBatchesInARow && !alive.expired(); ++batch) {
    if (!read_batch()) return;
  }
}

bool UdpSocket::read_batch() {
  const std::shared_ptr<ReceiveArea> area = area_;
  area->prepare();
  const int count = ::recvmmsg(descriptor_.get(), area->messages.data(), kBatch, 0, nullptr);
  if (count < 0) return is_passing(errno);
  const TimePoint now = monotonic_now();
  const std::int64_t realtime = realtime_now_ns();
  area->received.clear();
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    ++counters_.received;
    const mmsghdr& message = area->messages[i];
    if ((message.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
      ++counters_.too_long;
      continue;
    }
    const TimePoint arrival = monotonic_from_realtime(area->stamp_ns(i, realtime), realtime, now);
    last_arrival_ = std::max(last_arrival_, arrival);
    const std::uint8_t* begin = area->bytes.get() + i * area->slot;
    area->received.push_back({from_socket_address(area->addresses[i]),
                              ByteVector(begin, begin + message.msg_len), last_arrival_, area->ecn(i)});
  }
  const auto callback = on_receive_;  // a copy: the call may end this socket's life, and the original's
  if (!area->received.empty() && callback) callback(area->received);
  return static_cast<std::size_t>(count) == kBatch;
}

void UdpSocket::send(std::span<const Datagram> datagrams) {
  if (backlog_.empty()) {
    while (!datagrams.empty()) {
      const std::size_t done = write_batch(datagrams);
      if (done == 0) break;
      datagrams = datagrams.subspan(done);
    }
  }
  for (const Datagram& datagram : datagrams) {
    if (backlog_.size() < kBacklog) {
      backlog_.push_back(datagram);
    } else {
      ++counters_.overflowed;
    }
  }
  if (!datagrams.empty()) update_wishes();
}

void UdpSocket::flush_backlog() {
  while (!backlog_.empty()) {
    if (write_batch(std::span(&backlog_.front(), 1)) == 0) return;
    backlog_.pop_front();
  }
  update_wishes();
}

// Sends, or gives up on, this many from the front; 0: the kernel's buffer is full.
std::size_t UdpSocket::write_batch(std::span<const Datagram> datagrams) {
  std::array<SocketAddress, kBatch> addresses;
  std::array<iovec, kBatch> parts{};
  std::array<mmsghdr, kBatch> messages{};
  const std::size_t count = std::min(datagrams.size(), kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    addresses[i] = to_socket_address(datagrams[i].to, family_);
    parts[i] = {const_cast<std::uint8_t*>(datagrams[i].bytes.data()), datagrams[i].bytes.size()};
    msghdr& header = messages[i].msg_hdr;
    header.msg_name = addresses[i].size == 0 ? nullptr : addresses[i].get();
    header.msg_namelen = addresses[i].size;
    header.msg_iov = &parts[i];
    header.msg_iovlen = 1;
  }
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int sent = ::sendmmsg(descriptor_.get(), messages.data(), static_cast<unsigned>(count), 0);
    if (sent > 0) {
      counters_.sent += static_cast<std::uint64_t>(sent);
      return static_cast<std::size_t>(sent);
    }
    if (errno == EAGAIN || errno == ENOBUFS) return 0;
    if (!is_passing(errno)) break;
  }
  ++counters_.unsendable;
  last_send_error_ = "cannot send to " + datagrams[0].to.to_string() + ": " + std::strerror(errno);
  return 1;
}

int UdpSocket::receive_buffer_bytes() const {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  SKIRRET_CHECK(::getsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, &size) == 0);
  return bytes;
}

}  // namespace skirret::transport
