#include "tools/bench/chart/chart.hh"

#include <cmath>
#include <cstdlib>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/bench/chart/page.hh"
#include "tools/bench/chart/scale.hh"

namespace skirret::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// The number after `name=` in the element that begins with `mark`.
double number_at(const std::string& svg, const std::string& mark, const std::string& name) {
  const auto from = svg.find(mark);
  return from == std::string::npos ? kNone
                                   : std::atof(svg.c_str() + svg.find(name + "='", from) + name.size() + 2);
}

TEST(ScaleMarks, AreRound) {
  EXPECT_THAT(Scale(0, 9.4, 0, 1, false).marks(), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_THAT(Scale(130, 171, 0, 1, false).marks(), ElementsAre(130, 140, 150, 160, 170));
  EXPECT_THAT(Scale(5, 30'000, 0, 1, true).marks(), ElementsAre(10, 100, 1000, 10'000));
  EXPECT_THAT(Scale(40, 300, 0, 1, true).marks(), ElementsAre(50, 100, 200));
}

TEST(Chart, EveryStyleIsDrawn) {
  const std::vector<ChartPoint> points = {{0, 1}, {1, 3}, {2, 2}};
  Chart chart{"All <styles>", {"x"}, {"y"}, {}};
  for (const auto style : {ChartStyle::kArea, ChartStyle::kLine, ChartStyle::kSteps, ChartStyle::kDots,
                           ChartStyle::kPoints, ChartStyle::kMarks, ChartStyle::kLineWithMarks})
    chart.series.push_back({"s", "c0", style, points});
  const std::string svg = chart_svg(chart);
  EXPECT_THAT(svg, StartsWith("<svg viewBox='0 0 420 "));
  EXPECT_THAT(svg, HasSubstr("All &lt;styles&gt;"));
  EXPECT_EQ(count_of(svg, "c0 area"), 1u);
  EXPECT_EQ(count_of(svg, "c0 line"), 3u);
  EXPECT_EQ(count_of(svg, "c0 dots"), 1u);
  EXPECT_EQ(count_of(svg, "h0"), 3u);  // a dot for each point
  EXPECT_EQ(count_of(svg, "<circle"), 9u);
  EXPECT_EQ(count_of(svg, "c0 key"), 7u);
}

TEST(Chart, PlacesFollowTheAxes) {
  Chart chart{"", {.label = "ms", .logarithmic = true, .reversed = true}, {"dB"}, {}};
  chart.series = {{"", "c0", ChartStyle::kMarks, {{100, 20, "quick"}}},
                  {"", "c1", ChartStyle::kMarks, {{1000, 15, "slow"}}}};
  chart.guides = {{91, "floor"}};
  const std::string svg = chart_svg(chart);
  EXPECT_GT(number_at(svg, "class='c0 mark'", "cx"), number_at(svg, "class='c1 mark'", "cx"));
  EXPECT_LT(number_at(svg, "class='c0 mark'", "cy"), number_at(svg, "class='c1 mark'", "cy"));
  for (const char* name : {">quick<", ">slow<", ">floor<"}) EXPECT_THAT(svg, HasSubstr(name));
}

TEST(Chart, LabelsOfNeighboursStandApart) {
  Chart chart{"", {""}, {.label = "", .low = 0.0, .high = 100.0}, {}};
  chart.series = {{"", "c0", ChartStyle::kMarks, {{5, 50, "one"}, {5.02, 50.5, "two"}, {0, 0}, {10, 100}}}};
  const std::string svg = chart_svg(chart);
  const auto place = [&](const std::string& text) {
    const auto end = svg.find(">" + text + "<");
    return svg.substr(svg.rfind("<text", end), end - svg.rfind("<text", end));
  };
  EXPECT_NE(place("one"), place("two"));
}

TEST(Chart, TheLegendLeavesTheAxisItsLabel) {
  const std::vector<ChartPoint> points = {{0, 1}, {1, 3}};
  const auto third_row = [&](const std::string& label) {
    Chart chart{"Rates", {label}, {"y"}, {}};
    for (const std::string name : {"libvpx --rt -8", "skirret effort 0", "skirret effort 3"})
      chart.series.push_back({name, name == "skirret effort 3" ? "c2" : "c1", ChartStyle::kLine, points});
    return number_at(chart_svg(chart), "c2 key", "x");
  };
  const double free = third_row("");
  EXPECT_GT(free, 200);                           // in the first row, beside the others
  EXPECT_EQ(third_row("megabits a second"), 61);  // in the next row, at its beginning
}

TEST(Chart, WhatCannotBeDrawnIsLeftOut) {
  Chart chart{"", {""}, {.label = "", .logarithmic = true}, {}};
  chart.series = {{"a", "c0", ChartStyle::kLineWithMarks, {{0, 0}, {1, -5}, {kNone, 3}, {2, INFINITY}}}};
  EXPECT_EQ(chart_svg(chart), "");
  chart.series.front().points.push_back({1, 7});
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(count_of(svg, "<circle"), 1u);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(ChartPicture, StandsInRowsWithItsStyle) {
  Chart chart{"t", {""}, {""}, {{"", "c0", ChartStyle::kLine, {{0, 1}, {1, 2}}}}};
  const std::string one = chart_svg(chart);
  const std::string picture = chart_picture({one, one, one}, 2);
  EXPECT_THAT(picture, HasSubstr("viewBox=\"0 0 840 544\""));
  EXPECT_THAT(picture, HasSubstr("<svg x='0' y='272' width='420' height='272'"));
  EXPECT_THAT(picture, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(picture, HasSubstr(".c0{"));
}

TEST(Page, StandsAlone) {
  const std::string head = page_head("A <b> & c");
  EXPECT_THAT(head, HasSubstr("<h1>A &lt;b&gt; &amp; c</h1>"));
  EXPECT_THAT(head, HasSubstr("width=device-width"));
  EXPECT_THAT(head, Not(HasSubstr("http")));
}

}  // namespace
}  // namespace skirret::bench
