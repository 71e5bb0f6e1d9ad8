#include "tools/bench/codec/bd_rate.hh"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

using Points = std::vector<RatePoint>;

// Points published with widely used implementations of the metric: of FAU-LMS/bjontegaard (its README and its
// case of high rates), and of Anserw/Bjontegaard_metric. The values are the definition's (VCEG-M33 for the
// cubic, JCTVC-L1100 for the piecewise form), worked out apart from this code in 50-digit decimals.
struct Published {
  const char* name;
  Points anchor, test;
  double cubic, piecewise;
};

const std::vector<Published> kPublished = {
    {"x265 presets",
     {{9487.76, 40.037}, {4593.60, 38.615}, {2486.44, 36.845}, {1358.24, 34.851}},
     {{9787.80, 40.121}, {4469.00, 38.651}, {2451.52, 36.970}, {1356.24, 34.987}},
     -4.420462706,
     -4.417485350},
    {"H.264",
     {{686.76, 40.28}, {309.58, 37.18}, {157.11, 34.24}, {85.95, 31.42}},
     {{893.34, 40.39}, {407.8, 37.21}, {204.93, 34.17}, {112.75, 31.24}},
     31.397374054,
     31.379878202},
    {"high rates",
     {{82472.76, 43.825}, {26875.24, 41.404}, {9487.76, 40.037}, {4593.6, 38.615}},
     {{99896.96, 44.731}, {33952.04, 41.875}, {9787.8, 40.121}, {4469.0, 38.651}},
     -4.699437547,
     -4.472182002}};

TEST(BdRate, PublishedPointsGiveTheirValues) {
  for (const Published& one : kPublished) {
    SCOPED_TRACE(one.name);
    EXPECT_NEAR(bd_rate(one.anchor, one.test, BdMethod::kCubic).value(), one.cubic, 1e-6);
    EXPECT_NEAR(bd_rate(one.anchor, one.test, BdMethod::kPiecewise).value(), one.piecewise, 1e-6);
  }
}

TEST(BdRate, AConstantShareOfBitsIsThatShare) {
  const Points anchor = kPublished[0].anchor;
  Points test = anchor;
  for (RatePoint& point : test) point.rate *= 0.8;
  for (const BdMethod method : {BdMethod::kCubic, BdMethod::kPiecewise}) {
    EXPECT_NEAR(bd_rate(anchor, test, method).value(), -20, 1e-9);
    EXPECT_NEAR(bd_rate(test, anchor, method).value(), 25, 1e-9);
    EXPECT_NEAR(bd_rate(anchor, anchor, method).value(), 0, 1e-9);
  }
}

TEST(BdRate, OrderAndUnitDoNotMatter) {
  Points anchor = kPublished[1].anchor, test = kPublished[1].test;
  const double before = bd_rate(anchor, test, BdMethod::kPiecewise).value();
  std::swap(anchor[0], anchor[2]);
  for (Points* points : {&anchor, &test})
    for (RatePoint& point : *points) point.rate *= 1000;
  EXPECT_NEAR(bd_rate(anchor, test, BdMethod::kPiecewise).value(), before, 1e-9);
}

// log10 rate = quality / 10 is a straight line: more points than four change nothing, and another curve that
// is the line moved by log10(2) has twice the bits wherever they overlap.
TEST(BdRate, FivePointsAndPartialOverlap) {
  Points anchor, test;
  for (const double quality : {30.0, 31.0, 33.0, 36.0, 40.0})
    anchor.push_back({std::pow(10, quality / 10), quality});
  for (const double quality : {34.0, 35.0, 38.0, 41.0, 45.0})
    test.push_back({2 * std::pow(10, quality / 10), quality});
  EXPECT_NEAR(bd_rate(anchor, test, BdMethod::kCubic).value(), 100, 1e-6);
  EXPECT_NEAR(bd_rate(anchor, test, BdMethod::kPiecewise).value(), 100, 1e-6);
}

TEST(BdRate, UndefinedIsNothing) {
  const Points good = kPublished[0].anchor;
  Points few(good.begin(), good.begin() + 3), twice = good, no_rate = good, elsewhere = good, infinite = good;
  twice[1].quality = twice[0].quality;
  no_rate[0].rate = 0;
  infinite[0].quality = INFINITY;
  for (RatePoint& point : elsewhere) point.quality += 50;
  for (const Points& bad : {few, twice, no_rate, infinite, elsewhere}) {
    EXPECT_FALSE(bd_rate(good, bad, BdMethod::kCubic));
    EXPECT_FALSE(bd_rate(bad, good, BdMethod::kPiecewise));
  }
}

}  // namespace
}  // namespace skirret::bench
