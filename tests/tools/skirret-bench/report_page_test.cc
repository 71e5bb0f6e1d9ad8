#include "tools/skirret-bench/report_page.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace skirret::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

CallSummary summary() {
  CallSummary summary;
  summary.length = std::chrono::milliseconds(29967);
  summary.frames_captured = 900;
  summary.frames_sent = 890;
  summary.frames_shown = 880;
  summary.key_frames = 1;
  summary.delay_p50 = std::chrono::milliseconds(71);
  summary.delay_p95 = std::chrono::milliseconds(142);
  summary.delay_max = std::chrono::milliseconds(380);
  summary.link = LinkSummary{.bytes_offered = 12'000'000,
                             .bytes_carried = 9'000'000,
                             .queue_p95 = std::chrono::milliseconds(60),
                             .outages = 2,
                             .outage_time = std::chrono::milliseconds(1500)};
  summary.quality = QualitySummary{.ssim_y = 0.98, .ssim_y_db = 16.99, .psnr_y_db = 36.5};
  return summary;
}

TEST(ReportPage, SummaryTellsTheCallInLines) {
  const std::string text = summary_text({.source = "clip.mp4", .link = "lte:seed=1"}, summary());
  EXPECT_THAT(text, HasSubstr("30.0 s call of clip.mp4 over lte:seed=1\n"));
  EXPECT_THAT(text, HasSubstr("880 of 900"));
  EXPECT_THAT(text, HasSubstr("71 ms"));
  EXPECT_THAT(text, HasSubstr("142 ms"));
  EXPECT_THAT(text, HasSubstr("16.99 dB"));
  EXPECT_THAT(text, HasSubstr("9.00 MB"));
  EXPECT_THAT(text, HasSubstr("75 % of the 12.00 MB that the link offered"));
}

TEST(ReportPage, JsonHoldsTheSameNumbers) {
  const auto json = summary_json({.source = "a\"b", .link = ""}, summary());
  EXPECT_EQ(json["source"], "a\"b");
  EXPECT_EQ(json["frames_shown"], 880);
  EXPECT_EQ(json["over_budget"], 0);
  EXPECT_DOUBLE_EQ(json["delay_p95_ms"], 142);
  EXPECT_EQ(json["bytes_used"], 9'000'000);
  EXPECT_DOUBLE_EQ(json["psnr_y_db"], 36.5);
}

TEST(ReportPage, WithoutLinkOrQualityNothingIsMadeUp) {
  CallSummary bare = summary();
  bare.link.reset();
  bare.quality.reset();
  const std::string text = summary_text({}, bare);
  EXPECT_THAT(text, Not(HasSubstr("SSIM")));
  EXPECT_THAT(text, Not(HasSubstr("offered")));
  EXPECT_FALSE(summary_json({}, bare).contains("ssim_y"));
}

TEST(ReportPage, NamesAreEscapedAndThePageStandsAlone) {
  const std::string page = report_page({.source = "<script>x</script>", .link = ""}, summary(),
                                       {{.svg = "<svg/>", .note = "A & B"}});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("A &amp; B"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(page, HasSubstr("name=\"viewport\""));
  EXPECT_THAT(page, Not(HasSubstr("http")));
}

TEST(CallPicture, HasTheFirstFourCharts) {
  const NotedChart chart{"<svg viewBox='0 0 420 272'></svg>", ""};
  const std::string picture = call_picture({chart, chart, chart, chart, chart});
  EXPECT_THAT(picture, HasSubstr("viewBox=\"0 0 840 544\""));
  EXPECT_THAT(picture, HasSubstr("<svg x='420' y='272' width='420' height='272' viewBox='0 0 420 272'>"));
  EXPECT_THAT(picture, Not(HasSubstr("y='544'")));
}

}  // namespace
}  // namespace skirret::bench
