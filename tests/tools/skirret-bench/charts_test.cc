#include "tools/skirret-bench/charts.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Charts, LeavesOutWhatHasNoData) {
  Timeline timeline;
  timeline.seconds = 10;
  timeline.delay_ms = {{0, 40}, {1, 60}, {2, 400}};
  const auto charts = draw_charts(timeline);
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_THAT(charts[0].svg, StartsWith("<svg"));
  EXPECT_THAT(charts[0].svg, HasSubstr(">Delay<"));
  EXPECT_THAT(charts[0].svg, HasSubstr("capture to display"));
}

TEST(Charts, ShadesWhatWasCut) {
  Timeline timeline;
  timeline.seconds = 10;
  timeline.offered_mbps = {{0, 4}, {9, 2}};
  timeline.way_back_outages = {{2, 3}, {5, 9}};
  const auto charts = draw_charts(timeline);
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_THAT(charts[0].note, HasSubstr("the way back was cut"));
  std::size_t shades = 0;
  for (auto at = charts[0].svg.find("'shade'"); at != std::string::npos;
       at = charts[0].svg.find("'shade'", at + 1))
    ++shades;
  EXPECT_EQ(shades, 2u);
}

}  // namespace
}  // namespace skirret::bench
