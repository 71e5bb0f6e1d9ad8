#include "tools/bench/live/record_file.hh"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/process.hh"

namespace skirret::bench {
namespace {

CallRecord some_record() {
  CallRecord record;
  record.settings = {"webrtc",    "talk \"x\"", "a link", {640, 360}, Duration(33), Duration(20),
                     Duration(5), 256,          0.01,     7,          true,         "notes"};
  record.begin = from_ns(100);
  record.end = from_ns(900);
  record.watched_until = from_ns(1000);
  record.captures = {{0, from_ns(100)}, {1, from_ns(133)}};
  record.displays = {{from_ns(150), 0, PictureDistance{0.97123456789, 12.5}},
                     {from_ns(160), std::nullopt, std::nullopt}};
  record.screen = {{0, true, {0.1, 2}, {0.3, 4}}, {1, false, {0.5, 6}, {0.7, 8}}};
  record.forward = {{transport::LinkEventKind::kEnqueue, from_ns(110), 3, 1504, {}},
                    {transport::LinkEventKind::kDequeue, from_ns(140), 3, 1504, Duration(30)}};
  record.key_frames = 2;
  record.validity = Validity{Duration(1), Duration(2), 0.25, 0.5, 1};
  return record;
}

std::string text_of(const std::filesystem::path& path) {
  const ByteVector bytes = test::read_file(path);
  return {bytes.begin(), bytes.end()};
}

TEST(RecordFile, GivesBackWhatItHolds) {
  const test::TemporaryFolder folder;
  const CallRecord record = some_record();
  ASSERT_TRUE(save_record(folder / "a.json", record));
  const auto loaded = load_record(folder / "a.json");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->forward, record.forward);
  ASSERT_EQ(loaded->displays.size(), 2u);
  EXPECT_EQ(loaded->displays[0].frame, 0u);
  EXPECT_EQ(loaded->displays[0].distance->ssim, 0.97123456789);
  EXPECT_FALSE(loaded->displays[1].frame);
  ASSERT_EQ(loaded->screen.size(), 2u);
  EXPECT_TRUE(loaded->screen[0].nothing_yet);
  EXPECT_EQ(loaded->screen[1].by_then.mse, 8);
  EXPECT_EQ(loaded->captures[1].at, from_ns(133));
  EXPECT_EQ(loaded->validity->lateness_max, Duration(2));
  ASSERT_TRUE(save_record(folder / "b.json", *loaded));  // and nothing else is lost
  EXPECT_EQ(text_of(folder / "a.json"), text_of(folder / "b.json"));
}

TEST(RecordFile, KnowsItsRun) {
  const CallRecord record = some_record();
  CallSettings settings = record.settings;
  settings.notes.clear();
  EXPECT_TRUE(is_run_of(record, settings, Duration(800)));
  EXPECT_FALSE(is_run_of(record, settings, Duration(801)));
  settings.seed = 8;
  EXPECT_FALSE(is_run_of(record, settings, Duration(800)));
}

TEST(RecordFile, RefusesWhatIsNone) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(load_record(folder / "missing").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(save_record(folder / "a.json", some_record()));
  const std::string whole = text_of(folder / "a.json");
  for (const std::string& text : {whole.substr(0, whole.size() / 2), std::string("{}"), std::string("[1]")}) {
    std::ofstream(folder / "bad.json") << text;
    EXPECT_EQ(load_record(folder / "bad.json").error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace skirret::bench
