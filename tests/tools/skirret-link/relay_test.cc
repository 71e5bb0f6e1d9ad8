// skirret-link as a process, with sockets of the test's own on both sides.
#include <csignal>
#include <deque>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/process.hh"
#include "transport/udp/clock.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::link {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using transport::Address;
using transport::monotonic_now;
using transport::ReceivedDatagram;
using transport::UdpSocket;

// A running relay between `loopback:any` and the socket of a far end.
class RunningRelay {
 public:
  RunningRelay(const Address& far_end, std::vector<std::string> options)
      : process_(command(far_end, std::move(options))) {
    const std::string before = "listening on 127.0.0.1:";
    if (!process_.wait_for_error_output(", relaying to")) {
      ADD_FAILURE() << "did not start: " << process_.error_output();
      return;
    }
    const std::string said = process_.error_output();
    const auto port = std::stoul(said.substr(said.find(before) + before.size()));
    address = Address::ipv4({127, 0, 0, 1}, static_cast<std::uint16_t>(port));
  }

  // Ctrl-C, and the summary that it then prints.
  json stop() {
    process_.send_signal(SIGINT);
    const test::ProcessResult result = process_.wait();
    EXPECT_EQ(result.exit_code, 0) << result.describe();
    return json::parse(result.out);
  }

  Address address;

 private:
  static std::vector<std::string> command(const Address& far_end, std::vector<std::string> options) {
    std::vector<std::string> all = {
        test::program("skirret-link"), "--json", "--listen", "127.0.0.1:0", "--to", far_end.to_string()};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  }

  test::Process process_;
};

class RelayTest : public testing::Test {
 protected:
  std::unique_ptr<UdpSocket> open_socket() {
    return std::move(*UdpSocket::bind(loop_, Address::ipv4({127, 0, 0, 1}, 0)));
  }

  // Runs the loop until `done` (asked after each datagram) or for as long as given.
  void run_for(Duration time) {
    transport::DeadlineTimer timer(loop_, [this](TimePoint) { loop_.stop(); });
    timer.set(monotonic_now() + time);
    loop_.run();
  }

  void echo_everything() {
    far_end_->on_receive([this](std::span<ReceivedDatagram> datagrams) {
      for (ReceivedDatagram& datagram : datagrams) far_end_->send({datagram.from, std::move(datagram.bytes)});
    });
  }

  transport::EventLoop loop_;
  std::unique_ptr<UdpSocket> far_end_ = open_socket();
};

constexpr Duration kLongEnough = std::chrono::seconds(20);  // ended by the last datagram long before

TEST_F(RelayTest, CarriesBothWaysWithTheDelayOfEach) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:100", "--delay-ms", "15"});
  echo_everything();
  const auto client = open_socket();
  std::set<ByteVector> answers;
  std::map<std::uint8_t, TimePoint> sent;
  client->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    for (ReceivedDatagram& datagram : datagrams) {
      EXPECT_EQ(datagram.from, relay.address);
      EXPECT_GE(monotonic_now() - sent[datagram.bytes[0]], milliseconds(30));
      answers.insert(std::move(datagram.bytes));
    }
    if (answers.size() == 20) loop_.stop();
  });
  for (std::uint8_t i = 0; i < 20; ++i) {
    sent[i] = monotonic_now();
    client->send({relay.address, ByteVector(100U + i, i)});
  }
  run_for(kLongEnough);
  ASSERT_EQ(answers.size(), 20u);
  const json summary = relay.stop();
  for (const char* direction : {"forward", "reverse"}) {
    EXPECT_EQ(summary[direction]["datagrams_in"], 20) << direction;
    EXPECT_EQ(summary[direction]["datagrams_out"], 20) << direction;
    EXPECT_EQ(summary[direction]["bytes_used"], 20 * (100 + 32) + 190) << direction;
  }
  EXPECT_EQ(summary["lateness"]["count"], 40);
  EXPECT_GT(summary["lateness"]["p99_us"], 0.0);
  EXPECT_GE(summary["lateness"]["max_us"], summary["lateness"]["p99_us"]);
}

TEST_F(RelayTest, NeverDeliversFasterThanTheLink) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:1"});  // one full packet each 12 ms
  const auto client = open_socket();
  int got = 0;
  far_end_->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    got += static_cast<int>(datagrams.size());
    if (got == 20) loop_.stop();
  });
  const TimePoint start = monotonic_now();
  for (int i = 0; i < 20; ++i) client->send({relay.address, ByteVector(1472)});
  run_for(kLongEnough);
  EXPECT_EQ(got, 20);
  EXPECT_GE(monotonic_now() - start, milliseconds(19 * 12));
  const json summary = relay.stop();
  EXPECT_EQ(summary["forward"]["bytes_used"], 20 * 1504);
  EXPECT_GE(summary["forward"]["queue_max_ms"], 19 * 12.0);
}

TEST_F(RelayTest, KeepsItsClientsApart) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:100"});
  echo_everything();
  std::vector<std::unique_ptr<UdpSocket>> clients;
  int right = 0;
  for (std::uint8_t i = 0; i < 5; ++i) {
    clients.push_back(open_socket());
    clients.back()->on_receive([&, i](std::span<ReceivedDatagram> datagrams) {
      for (const ReceivedDatagram& datagram : datagrams) right += datagram.bytes == ByteVector{i} ? 1 : 0;
      if (right == 5) loop_.stop();
    });
    clients.back()->send({relay.address, {i}});
  }
  run_for(kLongEnough);
  EXPECT_EQ(right, 5);
  EXPECT_EQ(relay.stop()["clients"], 5);
}

TEST_F(RelayTest, ServesABoundedNumberOfClients) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:100"});
  std::set<Address> seen;
  far_end_->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    for (const ReceivedDatagram& datagram : datagrams) seen.insert(datagram.from);
    if (seen.size() == 64) loop_.stop();
  });
  std::vector<std::unique_ptr<UdpSocket>> clients;
  for (int i = 0; i < 70; ++i) {
    clients.push_back(open_socket());
    clients.back()->send({relay.address, {1}});
  }
  run_for(kLongEnough);
  EXPECT_EQ(seen.size(), 64u);
  const json summary = relay.stop();
  EXPECT_EQ(summary["clients"], 64);
  EXPECT_EQ(summary["forward"]["datagrams_in"], 70);
  EXPECT_EQ(summary["forward"]["no_way"], 6);
}

TEST_F(RelayTest, StrangersDoNotReachClients) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:100"});
  const auto client = open_socket();
  const auto stranger = open_socket();
  std::vector<ByteVector> heard;
  client->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    for (const ReceivedDatagram& datagram : datagrams) heard.push_back(datagram.bytes);
    loop_.stop();
  });
  far_end_->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    const Address upstream = Address::ipv4({127, 0, 0, 1}, datagrams[0].from.port());
    stranger->send({upstream, {66}});
    far_end_->send({upstream, {1}});
  });
  client->send({relay.address, {0}});
  run_for(kLongEnough);
  EXPECT_EQ(heard, std::vector<ByteVector>{{1}});
  EXPECT_EQ(relay.stop()["reverse"]["no_way"], 1);
}

TEST_F(RelayTest, LosesAndDropsAsTold) {
  RunningRelay relay(far_end_->local(), {"--trace", "constant:1", "--queue-packets", "10", "--loss", "1"});
  const auto client = open_socket();
  int got = 0;
  far_end_->on_receive(
      [&](std::span<ReceivedDatagram> datagrams) { got += static_cast<int>(datagrams.size()); });
  client->send(std::vector<transport::Datagram>(30, {relay.address, ByteVector(1472)}));
  run_for(milliseconds(500));
  EXPECT_EQ(got, 0);
  const json forward = relay.stop()["forward"];
  // Thirty at once into a queue of ten, a few of which left it meanwhile.
  EXPECT_GE(forward["dropped_by_queue"], 5);
  EXPECT_LE(forward["dropped_by_queue"], 20);
  EXPECT_EQ(forward["lost"].get<int>() + forward["dropped_by_queue"].get<int>(), 30);
}

TEST_F(RelayTest, HoldsEverythingDuringAnOutage) {
  const TimePoint before = monotonic_now();
  RunningRelay relay(far_end_->local(), {"--trace", "constant:100", "--outage", "0+1.5"});
  const auto client = open_socket();
  TimePoint arrival{};
  far_end_->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    arrival = datagrams[0].arrival;
    loop_.stop();
  });
  client->send({relay.address, {1}});
  run_for(kLongEnough);
  EXPECT_GE(arrival - before, milliseconds(1500));
  const json forward = relay.stop()["forward"];
  EXPECT_EQ(forward["outages"], 1);
  EXPECT_EQ(forward["packets_in_outages"], 1);
  EXPECT_EQ(forward["queue_p95_ms"], 0.0);
}

TEST_F(RelayTest, WritesEachEventToItsStats) {
  const test::TemporaryFolder folder;
  const std::string path = (folder / "link.jsonl").string();
  RunningRelay relay(far_end_->local(), {"--trace", "constant:12", "--stats", path});
  const auto client = open_socket();
  int got = 0;
  far_end_->on_receive([&](std::span<ReceivedDatagram> datagrams) {
    got += static_cast<int>(datagrams.size());
    if (got == 10) loop_.stop();
  });
  const TimePoint start = monotonic_now();
  for (int i = 0; i < 10; ++i) client->send({relay.address, ByteVector(968)});
  run_for(kLongEnough);
  const TimePoint end = monotonic_now();
  relay.stop();
  std::map<std::string, int> events;
  std::uint64_t carried = 0;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json event = json::parse(line);
    const std::string name = event["event"];
    if (event["direction"] == "reverse") continue;
    ++events[name];
    if (name == "opportunity") {
      EXPECT_LE(event["bytes"], 1504);
      carried += event["bytes"].get<std::uint64_t>();
    } else if (name == "sent") {
      EXPECT_GE(event["late_ns"], 0);
    } else {
      EXPECT_EQ(event["bytes"], 1000);
      EXPECT_LT(event["packet"], 10);
      EXPECT_GE(event["t_ns"], to_ns(start - milliseconds(1)));
      EXPECT_LE(event["t_ns"], to_ns(end));
    }
    EXPECT_EQ(event.contains("queued_ns"), name == "dequeue");
  }
  EXPECT_EQ(events["enqueue"], 10);
  EXPECT_EQ(events["dequeue"], 10);
  EXPECT_GE(events["opportunity"], 7);
  EXPECT_EQ(events["sent"], 10);
  EXPECT_EQ(events.size(), 4u);
  EXPECT_EQ(carried, 10'000u);
}

}  // namespace
}  // namespace skirret::link
