#include "sender/effort_control.hh"

#include <gtest/gtest.h>

namespace skirret::sender {
namespace {

using std::chrono::milliseconds;

EffortControl::Config config() {
  EffortControl::Config made;
  made.start = 2;
  made.highest = 3;
  made.share = milliseconds(20);
  made.calm_frames = 10;
  return made;
}

TEST(EffortControl, StepsDownAfterTwoLateFrames) {
  EffortControl control(config());
  control.coded(milliseconds(25));
  EXPECT_EQ(control.effort().level, 2);
  control.coded(milliseconds(25));
  EXPECT_EQ(control.effort().level, 1);
}

TEST(EffortControl, OneLateFrameAmongGoodOnesChangesNothing) {
  EffortControl control(config());
  for (int i = 0; i < 20; ++i) {
    control.coded(milliseconds(25));
    control.coded(milliseconds(15));
  }
  EXPECT_EQ(control.effort().level, 2);
}

TEST(EffortControl, StaysWithinItsBounds) {
  EffortControl control(config());
  for (int i = 0; i < 50; ++i) control.coded(milliseconds(50));
  EXPECT_EQ(control.effort().level, 0);
  for (int i = 0; i < 5000; ++i) control.coded(milliseconds(1));
  EXPECT_EQ(control.effort().level, 3);
}

TEST(EffortControl, AFailedStepUpIsRetriedLater) {
  EffortControl control(config());
  control.coded(milliseconds(25));
  control.coded(milliseconds(25));
  int frames_until_up = 0;
  while (control.effort().level < 2 && frames_until_up < 1000) {
    control.coded(milliseconds(5));
    ++frames_until_up;
  }
  EXPECT_EQ(frames_until_up, 20);  // twice calm_frames
}

TEST(EffortControl, WithoutAShareItNeverAdapts) {
  const EffortControl::Config unhurried;
  EffortControl control(unhurried);
  for (int i = 0; i < 50; ++i) control.coded(milliseconds(500));
  EXPECT_EQ(control.effort().level, unhurried.start);
}

}  // namespace
}  // namespace skirret::sender
