#include "tools/bench/report/baseline.hh"

#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

// A report with one group, of which only two figures are filled.
Json report(const std::vector<double>& delays, const std::vector<double>& ssim,
            const std::string& key = "a | b | c") {
  return {{"groups", {{{"key", key}, {"values", {{"delay_p95_ms", delays}, {"ssim_db", ssim}}}}}}};
}

const FigureChange& change_in(const Comparison& comparison, const std::string& figure) {
  for (const FigureChange& change : comparison.changes)
    if (change.figure.name == figure) return change;
  ADD_FAILURE() << "no " << figure;
  return comparison.changes.front();
}

TEST(Baseline, TheSameRunsHaveNotChanged) {
  const Json same = report({100, 105, 98}, {17, 17.1, 16.9});
  const auto comparison = compare_with(same, same, "old.json");
  ASSERT_TRUE(comparison);
  EXPECT_FALSE(comparison->regressed());
  EXPECT_EQ(comparison->changes.size(), 2u);
  EXPECT_EQ(comparison_text(*comparison), "nothing changed beyond noise\n");
}

TEST(Baseline, AClearChangeIsToldInItsDirection) {
  const auto worse =
      compare_with(report({100, 105, 98}, {17, 17.1, 16.9}), report({160, 155, 170}, {18, 18.1, 18}), "");
  ASSERT_TRUE(worse);
  EXPECT_TRUE(worse->regressed());
  EXPECT_TRUE(change_in(*worse, "delay_p95_ms").worse);
  EXPECT_TRUE(change_in(*worse, "ssim_db").beyond_noise);
  EXPECT_FALSE(change_in(*worse, "ssim_db").worse);  // more is better there
  const auto better =
      compare_with(report({160, 155, 170}, {17, 17, 17}), report({100, 105, 98}, {17, 17, 17}), "");
  EXPECT_FALSE(better->regressed());
  EXPECT_TRUE(change_in(*better, "delay_p95_ms").beyond_noise);
}

TEST(Baseline, RepetitionsThatScatterHideAChangeOfTheirMedian) {
  const auto comparison =
      compare_with(report({80, 100, 150, 90, 140}, {17}), report({85, 120, 145, 95, 150}, {17}), "");
  ASSERT_TRUE(comparison);
  const FigureChange& change = change_in(*comparison, "delay_p95_ms");
  EXPECT_EQ(change.before, 100);
  EXPECT_EQ(change.now, 120);
  EXPECT_LT(change.low, 0);
  EXPECT_GT(change.high, 0);
  EXPECT_FALSE(change.beyond_noise);
}

TEST(Baseline, ATolerantComparisonPassesSmallChanges) {
  const Json before = report({100}, {17});
  const Json now = report({112}, {17});
  EXPECT_TRUE(compare_with(before, now, "")->regressed());
  EXPECT_FALSE(compare_with(before, now, "", 3)->regressed());
}

TEST(Baseline, OtherGroupsAreNamedAndNothingInCommonIsAnError) {
  Json before = report({100}, {17});
  before["groups"].push_back(report({1}, {2}, "x | y | z")["groups"][0]);
  const auto comparison = compare_with(before, report({100}, {17}), "");
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->only_before, std::vector<std::string>{"x | y | z"});
  EXPECT_FALSE(compare_with(report({1}, {2}, "other"), report({1}, {2}), "old.json"));
}

TEST(Baseline, StrangeFilesAreRefusedByName) {
  for (const char* text : {"[]", "{}", R"({"groups":3})", R"({"groups":[{"key":1}]})",
                           R"({"groups":[{"key":"a","values":{"ssim_db":["x"]}}]})"}) {
    const auto comparison = compare_with(Json::parse(text), report({1}, {2}), "old.json");
    ASSERT_FALSE(comparison) << text;
    EXPECT_NE(comparison.error().message.find("old.json"), std::string::npos);
  }
}

}  // namespace
}  // namespace skirret::bench
