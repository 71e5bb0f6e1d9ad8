#include "tools/bench/live/link_emulator.hh"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/tools/bench/live/live_support.hh"

// Real packets through real devices: what the emulator adds to a link's own delay.
namespace skirret::bench {
namespace {

using std::chrono::milliseconds;
using transport::Descriptor;

std::int64_t realtime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

sockaddr_in address_of(const char* dotted, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, dotted, &address.sin_addr);
  return address;
}

constexpr std::uint16_t kPort = 7000;

// A UDP socket in a network; the kernel stamps what arrives.
Descriptor socket_in(const NetworkNamespace& where) {
  Descriptor socket;
  const auto made = where.inside([&]() -> Result<void> {
    socket = Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const sockaddr_in any = address_of("0.0.0.0", kPort);
    const int on = 1;
    const int buffer = 4 << 20;
    const timeval patience{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0) return {};
    return fail(ErrorCode::kIo, "cannot bind");
  });
  EXPECT_TRUE(made);
  return socket;
}

// A datagram of `bytes` with its number and the time of sending in it.
void send_to(const Descriptor& socket, const char* to, std::size_t bytes, std::uint32_t number) {
  ByteVector datagram(bytes, 0x5a);
  const std::int64_t now = realtime_ns();
  std::memcpy(datagram.data(), &now, sizeof now);
  std::memcpy(datagram.data() + sizeof now, &number, sizeof number);
  const sockaddr_in address = address_of(to, kPort);
  ASSERT_EQ(::sendto(socket.get(), datagram.data(), datagram.size(), 0,
                     reinterpret_cast<const sockaddr*>(&address), sizeof address),
            static_cast<ssize_t>(bytes));
}

struct Arrival {
  std::uint32_t number = 0;
  Duration delay{};
};

// Everything that comes until nothing has come for a second.
std::vector<Arrival> receive_all(const Descriptor& socket, std::size_t most) {
  std::vector<Arrival> arrivals;
  std::array<std::uint8_t, 2000> datagram;
  alignas(cmsghdr) std::array<char, 200> control;
  while (arrivals.size() < most) {
    iovec part{datagram.data(), datagram.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket.get(), &message, 0) < 0) break;
    timespec stamp{};
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message)) std::memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
    Arrival arrival;
    std::int64_t sent = 0;
    std::memcpy(&sent, datagram.data(), sizeof sent);
    std::memcpy(&arrival.number, datagram.data() + sizeof sent, sizeof arrival.number);
    arrival.delay = Duration(stamp.tv_sec * 1'000'000'000 + stamp.tv_nsec - sent);
    arrivals.push_back(arrival);
  }
  return arrivals;
}

Duration quantile_of(const std::vector<Arrival>& arrivals, double q) {
  std::vector<Duration> delays;
  for (const Arrival& arrival : arrivals) delays.push_back(arrival.delay);
  return transport::quantile(delays, q);
}

EmulatedLink constant_link(const std::string& rate, Duration delay) {
  EmulatedLink link{*transport::open_named_source(rate), *transport::open_named_source(rate), {}, {}};
  link.forward_config.delay = link.reverse_config.delay = delay;
  return link;
}

void expect_near(Duration measured, Duration expected) {
  EXPECT_NEAR(to_ms(measured), to_ms(expected), 2.0);
}

// 12 Mbit/s has an opportunity each millisecond: a lone packet waits 0 … 1 ms for its own.
TEST(LinkEmulator, AConstantDelayIsThatDelayBothWays) {
  SKIRRET_LIVE_EMULATOR(emulator, constant_link("constant:12", milliseconds(20)));
  const Descriptor near = socket_in(emulator->sender_network());
  const Descriptor far = socket_in(emulator->receiver_network());
  emulator->begin();
  for (std::uint32_t i = 0; i < 50; ++i) {
    send_to(near, LinkEmulator::kReceiverAddress, 1000, i);
    send_to(far, LinkEmulator::kSenderAddress, 100, i);
    std::this_thread::sleep_for(milliseconds(10));
  }
  for (const Descriptor* socket : {&near, &far}) {
    const auto arrivals = receive_all(*socket, 50);
    ASSERT_EQ(arrivals.size(), 50u);
    expect_near(quantile_of(arrivals, 0.1), milliseconds(20));
    expect_near(quantile_of(arrivals, 0.5), milliseconds(20) + std::chrono::microseconds(500));
    expect_near(quantile_of(arrivals, 0.9), milliseconds(21));
  }
  const auto report = emulator->finish();
  EXPECT_EQ(report.packets, 100u);
  EXPECT_EQ(report.refused, 0u);
  std::printf("lateness p50 %.3f, p99 %.3f, worst %.3f ms\n", to_ms(report.lateness_p50),
              to_ms(report.lateness_p99), to_ms(report.lateness_max));
}

// Full packets (1472 + 28 bytes of IP, charged 1504) take one opportunity each, and the queue holds 100.
TEST(LinkEmulator, ABurstLeavesAtTheLinksRateAndTheQueueDropsItsTail) {
  EmulatedLink link = constant_link("constant:6", milliseconds(10));
  link.forward_config.queue_packets = 100;
  SKIRRET_LIVE_EMULATOR(emulator, std::move(link));
  const Descriptor near = socket_in(emulator->sender_network());
  const Descriptor far = socket_in(emulator->receiver_network());
  emulator->begin();
  for (std::uint32_t i = 0; i < 150; ++i) send_to(near, LinkEmulator::kReceiverAddress, 1472, i);
  const auto arrivals = receive_all(far, 150);
  ASSERT_GE(arrivals.size(), 100u);
  EXPECT_LE(arrivals.size(), 110u);  // while the burst is written, a few have left already
  const Duration first = arrivals.front().delay;
  for (std::size_t i : {std::size_t{0}, std::size_t{50}, std::size_t{99}})
    expect_near(arrivals[i].delay, first + static_cast<int>(i) * milliseconds(2));
  expect_near(first, milliseconds(11));
  const auto report = emulator->finish();
  const auto dropped = std::count_if(report.forward.begin(), report.forward.end(), [](const auto& event) {
    return event.kind == transport::LinkEventKind::kDropQueue;
  });
  EXPECT_EQ(static_cast<std::size_t>(dropped) + arrivals.size(), 150u);
}

TEST(LinkEmulator, NothingCrossesBeforeItBegins) {
  SKIRRET_LIVE_EMULATOR(emulator, constant_link("constant:12", milliseconds(1)));
  const Descriptor near = socket_in(emulator->sender_network());
  const Descriptor far = socket_in(emulator->receiver_network());
  send_to(near, LinkEmulator::kReceiverAddress, 100, 1);
  emulator->begin();
  send_to(near, LinkEmulator::kReceiverAddress, 100, 2);
  const auto arrivals = receive_all(far, 2);
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals[0].number, 2u);
}

}  // namespace
}  // namespace skirret::bench
