#include "tools/bench/codec/compared_groups.hh"

#include <gtest/gtest.h>

#include "tools/bench/report/baseline.hh"

namespace skirret::bench {
namespace {

CodecFigures figures(double our_decoding_seconds, double bits, std::size_t frames_above) {
  CodecFigures made;
  DecodeFigures decoding{"clip", 4, 100, 1'000'000, {"libvpx", "skirret"}, {2.0, our_decoding_seconds}};
  made.decoding.push_back(decoding);
  EncoderCurve theirs, ours;
  theirs.name = "libvpx rt -8";
  ours.name = "effort 2";
  ours.ours = true;
  ours.speed = 0.25;
  ours.bd.psnr = bits;
  made.at_quantizers.push_back({"clip", {theirs, ours}});
  BudgetFigures budget{"clip", 2, {}};
  budget.accuracy.limit = 1000;
  budget.accuracy.above = frames_above;
  budget.accuracy.median_fill = 0.96;
  budget.accuracy.low_fill = 0.9;
  made.budgets.push_back(budget);
  return made;
}

Comparison compare(const CodecFigures& before, const CodecFigures& now) {
  auto compared = compare_groups({{"groups", compared_groups(before)}}, {{"groups", compared_groups(now)}},
                                 codec_compared_figures(), "before.json", 1);
  EXPECT_TRUE(compared.has_value());
  return std::move(*compared);
}

std::vector<std::string> worse(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const FigureChange& change : comparison.changes)
    if (change.worse) names.emplace_back(change.figure.name);
  return names;
}

TEST(ComparedGroups, HoldOursRelativeToLibvpx) {
  const auto groups = compared_groups(figures(1.6, -29, 0));
  ASSERT_EQ(groups.size(), 3u);  // libvpx itself is compared with nothing
  EXPECT_EQ(groups[0]["key"], "fixed quantizers, clip, effort 2");
  EXPECT_EQ(groups[1]["key"], "decoding, clip q4, skirret");
  EXPECT_DOUBLE_EQ(groups[1]["values"]["decode_speed"][0].get<double>(), 1.25);
}

TEST(ComparedGroups, TellWhatGotWorseBeyondNoise) {
  const CodecFigures before = figures(1.6, -29, 0);
  EXPECT_TRUE(worse(compare(before, before)).empty());
  EXPECT_TRUE(worse(compare(before, figures(1.62, -28.9, 0))).empty());  // noise
  EXPECT_TRUE(worse(compare(before, figures(1.0, -40, 0))).empty());     // better
  EXPECT_EQ(worse(compare(before, figures(1.9, -29, 0))), std::vector<std::string>{"decode_speed"});
  EXPECT_EQ(worse(compare(before, figures(1.6, -25, 1))), (std::vector<std::string>{"bd_psnr", "above"}));
}

}  // namespace
}  // namespace skirret::bench
