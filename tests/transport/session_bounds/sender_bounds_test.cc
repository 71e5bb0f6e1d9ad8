// What an authenticated receiver that keeps no rule can make a sender hold, and spend on an ack.
#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/seeded_random_source.hh"
#include "tests/transport/session_bounds/flood.hh"
#include "transport/session/send_stream.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/path.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
using std::chrono::milliseconds;

// What the sender has done so far.
struct Seen {
  std::size_t step = 0;
  PacketNumber packets = 0;  // sent
  FrameNumber frames = 0;    // sent
};

struct Attack {
  std::string name;
  std::function<ByteVector(const Seen&)> payload;  // empty: nothing
  std::size_t most = 8u << 20;                     // live bytes

  friend void PrintTo(const Attack& attack, std::ostream* to) { *to << attack.name; }
};

// Acknowledges the newest packet and says that there is room for any number of states.
Ack ack_of(const Seen& seen) {
  Ack ack;
  ack.serial = seen.step + 1;
  const PacketNumber newest = seen.packets == 0 ? 0 : seen.packets - 1;
  ack.ranges = {{newest, newest}};
  ack.newest_arrival = to_wire(TimePoint{} + seen.step * milliseconds(33));
  ack.max_states = 1u << 20;
  ack.max_megabytes = 1u << 20;
  return ack;
}

Ack whole_ack_of(const Seen& seen) {
  Ack ack = ack_of(seen);
  ack.ranges.front().first = 0;
  return ack;
}

std::vector<Attack> attacks() {
  return {
      {.name = "PacketsComeButNoStateIsEverHeld",
       .payload = [](const Seen& seen) { return write_ack(whole_ack_of(seen)); }},
      {.name = "OneStateIsHeldForEver",
       .payload =
           [](const Seen& seen) {
             Ack ack = whole_ack_of(seen);
             ack.frames.push_back({1, true, false, StateId{1}});
             return write_ack(ack);
           }},
      {.name = "OnlyTheNewestPacketEverComes",
       .payload =
           [](const Seen& seen) {
             Ack ack = ack_of(seen);
             if (seen.frames > 0) ack.frames.push_back({seen.frames, true, false, StateId{seen.frames}});
             return write_ack(ack);
           }},
      {.name = "EverySecondPacketIsMissing",
       .payload =
           [](const Seen& seen) {
             Ack ack = ack_of(seen);
             const PacketNumber newest = ack.largest();
             for (PacketNumber back = 2; back <= newest && ack.ranges.size() < kMaxAckRanges; back += 2)
               ack.ranges.push_back({newest - back, newest - back});
             return write_ack(ack);
           }},
      {.name = "NothingComes", .payload = [](const Seen&) { return ByteVector{}; }},
      {.name = "Challenges", .payload = [](const Seen& seen) { return write_path_challenge({seen.step}); }},
      {.name = "NoMessageAtAll",
       .payload = [](const Seen& seen) { return ByteVector(1 + seen.step % 40, 0x55); }},
  };
}

class SenderBounds : public testing::TestWithParam<Attack> {};

class Target {
 public:
  explicit Target(const Attack& attack) : attack_(attack) {}

  double step(std::size_t i) {
    seen_.step = i;
    const ByteVector payload = attack_.payload(seen_);
    const ByteVector datagram = payload.empty() ? ByteVector{} : peer_.seal(payload);
    const double before = cpu_microseconds();
    now_ += milliseconds(33);
    if (!datagram.empty()) stream_.receive(datagram, {}, now_);
    stream_.tick(now_);
    send_one();
    while (stream_.poll(now_)) ++seen_.packets;
    stream_.take_events();
    return cpu_microseconds() - before;
  }
  const Seen& seen() const { return seen_; }

 private:
  // A frame within the budget, or a probe of a few bytes.
  void send_one() {
    const std::size_t budget = stream_.budget(now_);
    if (budget == 0 && !stream_.probe_wanted(now_)) return;
    const ByteVector bytes(budget == 0 ? 500 : std::min<std::size_t>(budget, 2000), 7);
    FrameToSend frame;
    frame.number = seen_.frames + 1;
    frame.source = stream_.source(now_).frame;
    frame.bytes = bytes;
    if (!stream_.send_frame(frame, now_)) return;
    ++seen_.frames;
    stream_.set_state(seen_.frames, {seen_.frames});
  }

  const Attack& attack_;
  SeededRandomSource random_{1};
  TimePoint now_ = TimePoint{} + std::chrono::seconds(1);
  SealedChannel peer_{channel_keys(2, 1)};
  SendStream stream_{SealedChannel(channel_keys(1, 2)), {}, SendConfig{}, milliseconds(40), random_, now_};
  Seen seen_;
};

TEST_P(SenderBounds, AnAccountOfPacketsAndStatesHasAnEnd) {
  constexpr std::size_t kSteps = 8'000;  // 4 minutes
  Target target(GetParam());
  const Flood cost = flood(kSteps, [&](std::size_t i) { return target.step(i); });
  EXPECT_GT(target.seen().packets, 100u);
  EXPECT_LE(cost.full_bytes, GetParam().most);
  EXPECT_LE(cost.full_bytes, cost.half_bytes * 11 / 10 + 400'000) << "it still grows";
  EXPECT_LE(cost.late_us, 6 * cost.early_us + 20);
  RecordProperty("live_bytes", static_cast<int>(cost.full_bytes));
}

INSTANTIATE_TEST_SUITE_P(Attacks, SenderBounds, testing::ValuesIn(attacks()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace skirret::test
