#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "codec/container/y4m.hh"
#include "tests/support/process.hh"

namespace skirret::bench {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

// A call of four flat pictures, of which frame 2 was skipped; what was shown is 2 grey levels off.
class ReportCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "skirret-report-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("s.jsonl", R"({"t_ns":0,"event":"capture","frame":0}
{"t_ns":10000000,"event":"frame","frame":0,"bytes":500,"budget":900,"source_state":null,"target_state":"a","quantizer":50,"candidates":[{"quantizer":50,"bytes":500}],"sent":true}
{"t_ns":100000000,"event":"capture","frame":1}
{"t_ns":110000000,"event":"frame","frame":1,"bytes":400,"budget":400,"source_state":"a","target_state":"b","quantizer":60,"candidates":[{"quantizer":60,"bytes":400}],"sent":true}
{"t_ns":200000000,"event":"capture","frame":2}
{"t_ns":210000000,"event":"frame","frame":2,"bytes":0,"budget":10,"source_state":"b","target_state":null,"quantizer":0,"candidates":[{"quantizer":60,"bytes":400}],"sent":false}
{"t_ns":300000000,"event":"capture","frame":3}
{"t_ns":310000000,"event":"frame","frame":3,"bytes":300,"budget":400,"source_state":"b","target_state":"c","quantizer":60,"candidates":[{"quantizer":60,"bytes":300}],"sent":true}
)");
    write("r.jsonl", R"({"t_ns":50000000,"event":"display","frame":0,"bytes":500,"state":"a"}
{"t_ns":160000000,"event":"display","frame":1,"bytes":400,"state":"b"}
{"t_ns":370000000,"event":"display","frame":3,"bytes":300,"state":"c"}
)");
    write("l.jsonl", R"({"t_ns":0,"event":"opportunity","direction":"forward","bytes":1504}
{"t_ns":1000000,"event":"opportunity","direction":"reverse","bytes":100}
{"t_ns":200000000,"event":"opportunity","direction":"forward","bytes":496}
{"t_ns":200000000,"event":"dequeue","direction":"forward","bytes":496,"packet":1,"queued_ns":20000000}
)");
    write_video("source.y4m", {60, 70, 80, 90});
    write_video("received.y4m", {62, 72, 92});
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  void write_video(const std::string& name, const std::vector<std::uint8_t>& greys) const {
    codec::Y4mHeader header;
    header.dimensions = {.width = 64, .height = 48};
    header.rate_numerator = 10;
    auto writer = codec::Y4mWriter::create(at(name), header);
    ASSERT_TRUE(writer);
    for (const std::uint8_t grey : greys) {
      ASSERT_TRUE(writer->write(codec::Picture::solid(header.dimensions, grey, 128, 128)));
    }
    ASSERT_TRUE(writer->finish());
  }
  test::ProcessResult report(std::vector<std::string> more) const {
    std::vector<std::string> arguments{SKIRRET_BENCH, "report",           "--sender-stats",
                                       at("s.jsonl"), "--receiver-stats", at("r.jsonl")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::run_process(arguments);
  }

  fs::path folder_;
};

TEST_F(ReportCommand, MeasuresACallFromItsFiles) {
  const auto result =
      report({"--link-stats", at("l.jsonl"), "--source", at("source.y4m"), "--received", at("received.y4m"),
              "-o", at("report.html"), "--summary", at("call.json"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["frames_captured"], 4);
  EXPECT_EQ(json["frames_shown"], 3);
  EXPECT_EQ(json["frames_skipped"], 1);
  EXPECT_EQ(json["key_frames"], 1);
  EXPECT_EQ(json["over_budget"], 0);
  EXPECT_DOUBLE_EQ(json["delay_p50_ms"], 60);  // 50, 60, 170 (by frame 3), 70
  EXPECT_DOUBLE_EQ(json["delay_p95_ms"], 170);
  EXPECT_EQ(json["bytes_offered"], 2 * 1504);
  EXPECT_EQ(json["bytes_used"], 2000);
  EXPECT_DOUBLE_EQ(json["queue_p95_ms"], 20);
  EXPECT_NEAR(json["psnr_y_db"].get<double>(), 42.1102, 1e-3);  // 10 log10(65025 / 4)
  EXPECT_EQ(nlohmann::json::parse(std::ifstream(at("call.json"))), json);
  EXPECT_GT(fs::file_size(folder_ / "report.html"), 10'000u);
}

TEST_F(ReportCommand, LeavesNoPageWhenItFails) {
  write("r.jsonl", "");
  const auto result = report({"-o", at("report.html")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("the receiver showed no frame"));
  EXPECT_FALSE(fs::exists(folder_ / "report.html"));
}

TEST_F(ReportCommand, SaysWhatIsWrongWithItsFiles) {
  write("s.jsonl", "{\"event\":\"capture\"}\n");
  EXPECT_THAT(report({}).err, HasSubstr("s.jsonl:1: event 'capture'"));
  const auto missing = test::run_process(
      {SKIRRET_BENCH, "report", "--sender-stats", "/nonexistent", "--receiver-stats", at("r.jsonl")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("/nonexistent"));
  EXPECT_EQ(test::run_process({SKIRRET_BENCH, "report"}).exit_code, 2);
}

}  // namespace
}  // namespace skirret::bench
