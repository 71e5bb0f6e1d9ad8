#include "sender/finest_quantizer.hh"

#include <gtest/gtest.h>

namespace skirret::sender {
namespace {

FinestQuantizer after(int frames, std::size_t bytes, std::size_t room) {
  FinestQuantizer finest({6, 2, 3});
  for (int i = 0; i < frames; ++i) finest.sent(finest.limit(), bytes, room);
  return finest;
}

TEST(FinestQuantizer, GoesFinerAStepAFrameWhereTheLinkHasRoomForSeveral) {
  EXPECT_EQ(after(0, 1000, 3000).limit(), 6);
  EXPECT_EQ(after(1, 1000, 3000).limit(), 5);
  EXPECT_EQ(after(50, 1000, 3000).limit(), 2);
}

TEST(FinestQuantizer, StaysWhereTheRoomIsLess) {
  EXPECT_EQ(after(50, 1000, 2999).limit(), 6);
}

TEST(FinestQuantizer, GoesBackOnlyWhereHalfOfTheRoomIsLeft) {
  FinestQuantizer finest = after(50, 1000, 3000);
  finest.sent(2, 1000, 1500);
  EXPECT_EQ(finest.limit(), 2);
  finest.sent(2, 1000, 1499);
  EXPECT_EQ(finest.limit(), 3);
  for (int i = 0; i < 50; ++i) finest.sent(finest.limit(), 1000, 1000);
  EXPECT_EQ(finest.limit(), 6);
}

TEST(FinestQuantizer, ACoarserFrameSaysNothingOfTheRoomForFinerOnes) {
  FinestQuantizer finest({6, 2, 3});
  for (int i = 0; i < 50; ++i) finest.sent(30, 1000, 9000);
  EXPECT_EQ(finest.limit(), 6);
}

}  // namespace
}  // namespace skirret::sender
