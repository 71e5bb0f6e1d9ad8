#include "transport/rate/rivalry.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kPacket = 1200;
constexpr Duration kRoundTrip = milliseconds(40);

// Trains of four packets each 33 ms through a link of 5 Mbit/s in front of which they wait for `queue`.
class Trains {
 public:
  void run(Duration time, Duration queue, std::size_t in_flight) {
    for (const TimePoint end = now_ + time; now_ < end; now_ += milliseconds(33)) {
      for (int i = 0; i < 4; ++i) {
        const TimePoint sent = now_ + std::chrono::microseconds(500 * i);
        const Duration wait = queue + std::chrono::microseconds(1920 * (i + 1));
        rivalry.arrived(sent, sent.time_since_epoch() + wait, kPacket, in_flight, wait, kRoundTrip,
                        sent + wait + kRoundTrip);
      }
    }
  }
  TimePoint now() const { return now_; }

  Rivalry rivalry{kPacket};

 private:
  TimePoint now_ = TimePoint{} + seconds(1);
};

TEST(Rivalry, AQueueOfOurOwnIsExplained) {
  Trains trains;
  trains.run(seconds(10), milliseconds(200), 125'000 + 25'000);
  EXPECT_FALSE(trains.rivalry.competing());
}

TEST(Rivalry, AQueueThatIsNotOursIsARivals) {
  Trains trains;
  trains.run(seconds(3), milliseconds(200), 10'000);
  EXPECT_TRUE(trains.rivalry.competing());
  EXPECT_GT(trains.rivalry.window(), 20'000u);
  trains.run(seconds(4), milliseconds(1), 10'000);  // it is gone
  EXPECT_FALSE(trains.rivalry.competing());
}

TEST(Rivalry, ABusyMomentIsNone) {
  Trains trains;
  for (int i = 0; i < 10; ++i) {
    trains.run(milliseconds(800), milliseconds(200), 10'000);
    trains.run(milliseconds(1200), milliseconds(1), 10'000);
  }
  EXPECT_FALSE(trains.rivalry.competing());
}

TEST(Rivalry, ALinkThatStallsIsNone) {
  Rivalry rivalry(kPacket);
  for (TimePoint now = TimePoint{} + seconds(1); now < TimePoint{} + seconds(11); now += milliseconds(33)) {
    const Duration turn = now.time_since_epoch() / milliseconds(300) * milliseconds(300) + milliseconds(400);
    rivalry.arrived(now, turn, kPacket, 2 * kPacket, turn - now.time_since_epoch(), kRoundTrip, now);
  }
  EXPECT_FALSE(rivalry.competing());
}

TEST(Rivalry, TheWindowShrinksOnceInARoundTripAndGrowsAgain) {
  Trains trains;
  trains.run(seconds(3), milliseconds(200), 10'000);
  const std::size_t before = trains.rivalry.window();
  const TimePoint now = trains.now();
  for (int i = 1; i <= 5; ++i) trains.rivalry.lost(now - milliseconds(i), now + milliseconds(240));
  // What was lost is not made up for as long as the queue may still be full.
  const auto after = static_cast<double>(trains.rivalry.window());
  EXPECT_NEAR(after, 0.8 * static_cast<double>(before) - 5 * kPacket, 1200);
  trains.rivalry.lost(now + milliseconds(10), now + milliseconds(250));  // sent before the reduction
  EXPECT_NEAR(static_cast<double>(trains.rivalry.window()), after - kPacket, 1);
  trains.run(milliseconds(400), milliseconds(200), 10'000);
  EXPECT_GT(static_cast<double>(trains.rivalry.window()), 0.8 * static_cast<double>(before) - 1200);
  const std::size_t shrunk = trains.rivalry.window();
  trains.run(seconds(4), milliseconds(200), 10'000);
  EXPECT_GT(trains.rivalry.window(), shrunk);
}

// Told of a rival whose queue is too short for clear evidence.
TEST(Rivalry, OneThatWasFoundOtherwiseIsHeldOnTo) {
  Trains trains;
  trains.run(seconds(3), milliseconds(40), 10'000);
  EXPECT_FALSE(trains.rivalry.competing());
  trains.rivalry.found(milliseconds(30), 900'000, kRoundTrip, trains.now());
  EXPECT_NEAR(static_cast<double>(trains.rivalry.window()), 900'000 * 0.07 / 3, 1200);
  trains.run(seconds(10), milliseconds(40), 10'000);
  EXPECT_TRUE(trains.rivalry.competing());
  const std::size_t before = trains.rivalry.window();
  for (int i = 1; i <= 20; ++i) {  // the full queue's losses
    const TimePoint now = trains.now() + milliseconds(90 * i);
    trains.rivalry.lost(now - milliseconds(90), now);
  }
  trains.run(seconds(2), milliseconds(40), 10'000);
  EXPECT_GT(static_cast<double>(trains.rivalry.window()), 0.8 * static_cast<double>(before) - 1200);
  trains.run(seconds(4), milliseconds(1), 10'000);  // it is gone
  EXPECT_FALSE(trains.rivalry.competing());
}

}  // namespace
}  // namespace skirret::transport
