#include "transport/wire/numbers.hh"

#include <gtest/gtest.h>

#include "transport/wire/message.hh"

namespace skirret::transport {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

TEST(WireTime, CountsTicksOfAHundredMicroseconds) {
  EXPECT_EQ(to_wire(TimePoint{} + microseconds(12'345'678)).ticks, 123'456u);
}

TEST(WireTime, DifferencesSurviveTheWrap) {
  const WireTime before{0xffff'fff0u};
  const WireTime after{0x10u};
  EXPECT_EQ(ticks_between(before, after), 0x20);
  EXPECT_EQ(ticks_between(after, before), -0x20);
  const TimePoint late = TimePoint{} + hours(119) + hours(1);
  EXPECT_EQ(ticks_between(to_wire(late), to_wire(late + microseconds(700))), 7);
}

TEST(MessageType, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(message_type({}).error().code, ErrorCode::kTruncated);
  for (int type = 0; type < 256; ++type) {
    const std::uint8_t byte[] = {static_cast<std::uint8_t>(type)};
    EXPECT_EQ(message_type(byte).has_value(), type >= 1 && type <= 7) << type;
  }
}

}  // namespace
}  // namespace skirret::transport
