#include "transport/udp/udp_socket.hh"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/transport/udp/loop_support.hh"
#include "transport/udp/descriptor.hh"
#include "transport/udp/socket_address.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(UdpSocket, CarriesManyDatagramsInOrder) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  std::vector<Datagram> sent;
  for (int i = 0; i < 100; ++i) {
    sent.push_back(
        {to->local(), ByteVector(static_cast<std::size_t>(10 + 12 * i), static_cast<std::uint8_t>(i))});
  }
  std::vector<ReceivedDatagram> got;
  to->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    got.insert(got.end(), datagrams.begin(), datagrams.end());
    if (got.size() == sent.size()) loop.stop();
  });
  const TimePoint before = monotonic_now();
  from->send(sent);
  loop.run();
  ASSERT_EQ(got.size(), sent.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].bytes, sent[i].bytes);
    ASSERT_EQ(got[i].from, from->local());
    // The stamp was taken by another clock: allow for its adjustment between the readings.
    ASSERT_GE(got[i].arrival, before - milliseconds(1));
    ASSERT_LE(got[i].arrival, monotonic_now());
    ASSERT_GE(got[i].arrival, got[i == 0 ? 0 : i - 1].arrival);
  }
  EXPECT_EQ(from->counters().sent, sent.size());
  EXPECT_EQ(to->counters().received, sent.size());
}

TEST(UdpSocket, ArrivalIsTheKernelsNotTheReaders) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  std::optional<TimePoint> arrival;
  to->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    arrival = datagrams[0].arrival;
    loop.stop();
  });
  // Linux turns stamping on a moment after the first socket asks for it; until then the reader's time comes.
  bool stamped_at_arrival = false;
  for (int attempt = 0; attempt < 100 && !stamped_at_arrival; ++attempt) {
    const TimePoint sent = monotonic_now();
    from->send({to->local(), {1}});
    while (monotonic_now() < sent + milliseconds(10)) {  // a reader that is busy with other things
    }
    loop.run();
    ASSERT_TRUE(arrival);
    stamped_at_arrival = *arrival < sent + milliseconds(8);
  }
  EXPECT_TRUE(stamped_at_arrival);
}

TEST(UdpSocket, SpeaksIpv6) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  auto six = UdpSocket::bind(loop, Address::parse("[::1]:0").value());
  if (!six) GTEST_SKIP() << "no IPv6 here: " << six.error().message;
  auto other = UdpSocket::bind(loop, Address::parse("[::1]:0").value());
  ASSERT_TRUE(other);
  (*other)->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    EXPECT_EQ(datagrams[0].from, (*six)->local());
    loop.stop();
  });
  (*six)->send({(*other)->local(), {1, 2, 3}});
  loop.run();
}

TEST(UdpSocket, AnIpv6SocketForAllHearsIpv4) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  auto all = UdpSocket::bind(loop, Address::parse("[::]:0").value());
  if (!all) GTEST_SKIP() << "no IPv6 here: " << all.error().message;
  const auto four = loopback_socket(loop);
  (*all)->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    EXPECT_EQ(datagrams[0].from, four->local());
    (*all)->send({datagrams[0].from, {7}});
  });
  four->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    EXPECT_EQ(datagrams[0].bytes, ByteVector{7});
    loop.stop();
  });
  four->send({Address::ipv4({127, 0, 0, 1}, (*all)->local().port()), {1}});
  loop.run();
}

TEST(UdpSocket, SaysThatAPortIsInUse) {
  EventLoop loop;
  const auto first = loopback_socket(loop);
  const auto second = UdpSocket::bind(loop, first->local());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_THAT(second.error().message,
              HasSubstr("port " + std::to_string(first->local().port()) + " on 127.0.0.1 is in use: "));
}

TEST(UdpSocket, SaysThatAnAddressIsNotItsOwn) {
  EventLoop loop;
  const auto socket = UdpSocket::bind(loop, Address::parse("192.0.2.1:0").value());
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(socket.error().message, HasSubstr("192.0.2.1 is no address of this machine"));
}

TEST(UdpSocket, APeerThatIsGoneDisturbsNothing) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  Address gone;
  {
    const auto brief = loopback_socket(loop);
    gone = brief->local();
  }
  for (int i = 0; i < 5; ++i) from->send({gone, {1}});
  from->on_receive([](std::span<ReceivedDatagram>) {});
  to->on_receive([&](std::span<ReceivedDatagram>) { loop.stop(); });
  from->send({to->local(), {2}});
  loop.run();
  EXPECT_EQ(from->counters().sent, 6u);
  EXPECT_EQ(from->counters().unsendable, 0u);
}

TEST(UdpSocket, CountsWhatItCannotSendAndSendsTheRest) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop);
  int got = 0;
  to->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    got += static_cast<int>(datagrams.size());
    if (got == 2) loop.stop();
  });
  from->send(std::vector<Datagram>{{to->local(), {1}},
                                   {to->local(), ByteVector(66'000)},  // longer than UDP can be
                                   {Address::parse("[2001:db8::1]:9").value(), {2}},  // another family
                                   {to->local(), {3}}});
  loop.run();
  EXPECT_EQ(from->counters().sent, 2u);
  EXPECT_EQ(from->counters().unsendable, 2u);
  EXPECT_THAT(from->last_send_error(), HasSubstr("cannot send to [2001:db8::1]:9: "));
}

TEST(UdpSocket, DropsAndCountsDatagramsAboveItsSize) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  UdpOptions options;
  options.max_datagram = 100;
  const auto from = loopback_socket(loop);
  const auto to = loopback_socket(loop, options);
  std::vector<std::size_t> sizes;
  to->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    for (const ReceivedDatagram& datagram : datagrams) sizes.push_back(datagram.bytes.size());
    if (sizes.back() == 0) loop.stop();
  });
  for (const std::size_t size : {100u, 101u, 5u, 0u}) from->send({to->local(), ByteVector(size)});
  loop.run();
  EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 5, 0}));
  EXPECT_EQ(to->counters().too_long, 1u);
}

TEST(UdpSocket, MayEndInItsOwnCallback) {
  EventLoop loop;
  const Watchdog watchdog(loop);
  const auto from = loopback_socket(loop);
  auto to = loopback_socket(loop);
  for (int i = 0; i < 64; ++i) from->send({to->local(), {1}});
  to->on_receive([&](std::span<ReceivedDatagram>) {
    to.reset();
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(to, nullptr);
}

// What a router would do to a datagram that may be marked: here its sender does it.
TEST(UdpSocket, ReadsCongestionMarksAndSaysThatItDoes) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    EventLoop loop;
    const Watchdog watchdog(loop);
    auto to = UdpSocket::bind(loop, Address::parse_host(host, 0).value());
    if (!to) continue;  // a machine without IPv6
    std::vector<Ecn> seen;
    (*to)->on_receive([&](std::span<ReceivedDatagram> datagrams) {
      for (const ReceivedDatagram& datagram : datagrams) seen.push_back(datagram.ecn);
      if (seen.size() == 5) loop.stop();
    });
    const bool six = (*to)->local().is_ipv6();
    const int family = six ? AF_INET6 : AF_INET;
    const Descriptor marker(::socket(family, SOCK_DGRAM, 0));
    const SocketAddress address = to_socket_address((*to)->local(), family);
    for (int bits = 0; bits < 4; ++bits) {
      ASSERT_EQ(::setsockopt(marker.get(), six ? int{IPPROTO_IPV6} : int{IPPROTO_IP},
                             six ? IPV6_TCLASS : IP_TOS, &bits, sizeof bits),
                0);
      ASSERT_EQ(::sendto(marker.get(), "x", 1, 0, address.get(), address.size), 1);
    }
    auto from = UdpSocket::bind(loop, Address::parse_host(host, 0).value());
    (*from)->send({(*to)->local(), {1}});
    loop.run();
    EXPECT_EQ(seen, (std::vector<Ecn>{Ecn::kNotCapable, Ecn::kCapable1, Ecn::kCapable0, Ecn::kMarked,
                                      Ecn::kCapable0}))
        << host;
  }
}

}  // namespace
}  // namespace skirret::transport
