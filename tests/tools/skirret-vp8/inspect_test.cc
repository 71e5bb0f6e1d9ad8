#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "tests/support/data.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

TEST(Vp8Inspect, FramesLeadFromStateToState) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-003"));
  const auto json = vp8_json({"inspect", path});
  EXPECT_EQ(json.at("width"), 176);
  auto reader = codec::IvfReader::open(path);
  ASSERT_TRUE(reader);
  std::string state;
  for (const auto& frame : json.at("frames")) {
    const auto read = reader->next();
    ASSERT_TRUE(read && *read);
    EXPECT_EQ(frame.at("bytes"), (*read)->data.size());
    // The lowest bit of a frame is 0 for key frames (RFC 6386 section 9.1).
    const bool key = ((*read)->data[0] & 1) == 0;
    EXPECT_EQ(frame.at("kind"), key ? "key" : "inter");
    EXPECT_EQ(frame.at("profile"), (*read)->data[0] >> 1 & 7);
    EXPECT_EQ(frame.at("shown"), ((*read)->data[0] >> 4 & 1) == 1);
    if (key) {
      EXPECT_EQ(frame.at("references").at("refreshed").size(), 3u);
    }
    EXPECT_EQ(frame.at("partition_bytes").size(), frame.at("partitions"));
    if (!state.empty()) {
      EXPECT_EQ(frame.at("source_state"), state);
    }
    state = frame.at("target_state");
  }
  const auto end = reader->next();
  ASSERT_TRUE(end);
  EXPECT_FALSE(end->has_value());
}

TEST(Vp8Inspect, PrintsALineForEachFrame) {
  SKIRRET_DATA_FILE(path, vector_path("00-comprehensive-005"));
  const auto result = vp8({"inspect", path});
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1 + 49);
}

}  // namespace
}  // namespace skirret::test
