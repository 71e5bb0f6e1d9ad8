#include "tools/skirret-bench/charts.hh"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/skirret-bench/gnuplot.hh"

namespace skirret::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Charts, LeavesOutWhatHasNoData) {
  Timeline timeline;
  timeline.seconds = 10;
  timeline.delay_ms = {{0, 40}, {1, 60}, {2, 400}};
  const auto charts = draw_charts(timeline);
  ASSERT_TRUE(charts) << charts.error().message;
  ASSERT_EQ(charts->size(), 1u);
  EXPECT_EQ((*charts)[0].title, "Delay");
  for (const std::string& svg : {(*charts)[0].wide_svg, (*charts)[0].narrow_svg}) {
    EXPECT_THAT(svg, StartsWith("<svg"));
    EXPECT_THAT(svg, HasSubstr("capture to display"));
    EXPECT_THAT(svg, HasSubstr("var(--chart-1)"));
    EXPECT_THAT(svg, Not(HasSubstr("id='gp")));  // ids would clash with the next chart's
  }
}

TEST(Charts, DrawsEveryPoint) {
  Timeline timeline;
  timeline.seconds = 10;
  for (int i = 0; i < 100; ++i) timeline.chosen_quantizer.push_back({i * 0.1, 40 + 10 * std::sin(i * 0.2)});
  const auto charts = draw_charts(timeline);
  ASSERT_TRUE(charts) << charts.error().message;
  ASSERT_EQ(charts->size(), 1u);
  const std::string& svg = (*charts)[0].wide_svg;
  std::size_t drawn = 0;
  for (auto at = svg.find("<use xlink:href='#p0-gpPt6' transform"); at != std::string::npos;
       at = svg.find("<use xlink:href='#p0-gpPt6' transform", at + 1)) {
    ++drawn;
  }
  EXPECT_EQ(drawn, 100u);
}

TEST(Gnuplot, SaysWhatGnuplotSaid) {
  const auto drawn = run_gnuplot({{.width = 100, .height = 100, .commands = "plot nonsense("}});
  ASSERT_FALSE(drawn);
  EXPECT_THAT(drawn.error().message, HasSubstr("nonsense"));
}

}  // namespace
}  // namespace skirret::bench
