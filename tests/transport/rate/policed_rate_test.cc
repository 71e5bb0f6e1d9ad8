#include "transport/rate/policed_rate.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kCapacity = 1'500'000;  // as the delays tell it

// Packets of 1000 bytes, one each millisecond, of which `lost` in ten are.
void run(PolicedRate& policed, TimePoint& now, Duration time, int lost, Duration queue = {}) {
  int k = 0;
  for (const TimePoint end = now + time; now < end; now += milliseconds(1), ++k) {
    if (k % 10 < lost)
      policed.lost(1);
    else
      policed.arrived(1000, queue, kCapacity, now);
  }
}

TEST(PolicedRate, HeavyLossThatLastsCapsTheRateAtWhatArrives) {
  PolicedRate policed;
  TimePoint now = TimePoint{} + seconds(1);
  run(policed, now, seconds(2), 8);
  EXPECT_NEAR(policed.cap(), 1.05 * 200'000, 15'000);
}

TEST(PolicedRate, RandomLossAndOneBadMomentDoNot) {
  PolicedRate policed;
  TimePoint now = TimePoint{} + seconds(1);
  run(policed, now, seconds(5), 2);
  EXPECT_GT(policed.cap(), 1e11);
  run(policed, now, milliseconds(500), 6);
  run(policed, now, seconds(5), 0);
  EXPECT_GT(policed.cap(), 1e11);
}

TEST(PolicedRate, WhatAFullQueueDropsDoesNot) {
  PolicedRate policed;
  TimePoint now = TimePoint{} + seconds(1);
  run(policed, now, seconds(5), 8, milliseconds(60));
  EXPECT_GT(policed.cap(), 1e11);
}

TEST(PolicedRate, TheCapRisesAndGoes) {
  PolicedRate policed;
  TimePoint now = TimePoint{} + seconds(1);
  run(policed, now, seconds(2), 8);
  run(policed, now, seconds(10), 0);
  EXPECT_GT(policed.cap(), 2 * 200'000);
  EXPECT_LT(policed.cap(), 1e11);
  run(policed, now, seconds(30), 0);
  EXPECT_GT(policed.cap(), 1e11);
}

}  // namespace
}  // namespace skirret::transport
