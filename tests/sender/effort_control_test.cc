#include "sender/effort_control.hh"

#include <utility>

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

// Frames of 5 ms until the level is `level`.
int frames_until(EffortControl& control, int level) {
  int frames = 0;
  while (control.effort().level < level && frames < 1000) {
    control.coded(milliseconds(5));
    ++frames;
  }
  return frames;
}

void two_late(EffortControl& control) {
  control.coded(milliseconds(25));
  control.coded(milliseconds(25));
}

TEST(EffortControl, AFailedStepUpIsRetriedLater) {
  EffortControl control(config());
  two_late(control);
  EXPECT_EQ(frames_until(control, 2), 10) << "that was no step up, so it is tried after calm_frames";
  two_late(control);
  EXPECT_EQ(frames_until(control, 2), 20);
  two_late(control);
  EXPECT_EQ(frames_until(control, 2), 40);
}

TEST(EffortControl, AStepUpThatHeldIsForgiven) {
  EffortControl control(config());
  two_late(control);
  frames_until(control, 2);
  two_late(control);
  frames_until(control, 2);
  for (int i = 0; i < 60; ++i) control.coded(milliseconds(15));  // fits, but leaves no room for more
  two_late(control);
  EXPECT_EQ(frames_until(control, 2), 10);
}

TEST(EffortControl, StepsUpOnlyWhereTheNextLevelIsToBeExpectedToFit) {
  for (const auto& [took, level] : {std::pair{12, 3}, {14, 2}}) {
    EffortControl control(config());
    for (int i = 0; i < 100; ++i) control.coded(milliseconds(took));
    EXPECT_EQ(control.effort().level, level) << took << " ms";
  }
  EffortControl uneven(config());
  for (int i = 0; i < 100; ++i) uneven.coded(milliseconds(i % 2 == 0 ? 6 : 18));
  EXPECT_EQ(uneven.effort().level, 2) << "12 ms in the mean";
}

// Single late frames once kept a call at the lowest level for good.
TEST(EffortControl, ALateFrameNowAndThenDoesNotKeepTheLevelDown) {
  EffortControl control(config());
  two_late(control);
  two_late(control);
  for (int i = 0; i < 200; ++i) control.coded(milliseconds(i % 25 == 24 ? 21 : 8));
  EXPECT_EQ(control.effort().level, 3);
}

TEST(EffortControl, WhereTheLinkCarriesTheFinestPictureTimeIsSaved) {
  EffortControl control(config());
  for (int i = 0; i < 14; ++i) control.ended(true);
  EXPECT_EQ(control.effort().level, 2);
  control.ended(true);
  EXPECT_EQ(control.effort().level, 0);
  // What frames take at the lowest level is nothing to judge the others by.
  for (int i = 0; i < 500; ++i) {
    control.coded(milliseconds(5));
    control.ended(true);
  }
  control.ended(false);
  EXPECT_EQ(control.effort().level, 2);
}

TEST(EffortControl, AFrameThatIsCoarserBeginsTheCountAnew) {
  EffortControl control(config());
  for (int i = 0; i < 100; ++i) control.ended(i % 10 != 9);
  EXPECT_EQ(control.effort().level, 2);
}

TEST(EffortControl, WithoutAShareItNeverAdapts) {
  const EffortControl::Config unhurried;
  EffortControl control(unhurried);
  for (int i = 0; i < 50; ++i) {
    control.coded(milliseconds(500));
    control.ended(true);
  }
  EXPECT_EQ(control.effort().level, unhurried.start);
}

}  // namespace
}  // namespace skirret::sender
