#include "transport/link/trace.hh"

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/data.hh"

namespace skirret::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string message_of(std::string_view text, const TraceLimits& limits = {}) {
  const Result<Trace> trace = parse_trace(text, "t.down", limits);
  return trace ? "accepted" : trace.error().message;
}

TEST(Trace, ReadsTimesWithAndWithoutALastLineFeed) {
  EXPECT_THAT(parse_trace("0\n5\n5\n12\n", "t")->opportunities_ms, ElementsAre(0, 5, 5, 12));
  EXPECT_THAT(parse_trace("0\n5\n5\n12", "t")->opportunities_ms, ElementsAre(0, 5, 5, 12));
  EXPECT_THAT(parse_trace("1\r\n2\r\n", "t")->opportunities_ms, ElementsAre(1, 2));
  EXPECT_EQ(parse_trace("3\n9\n", "t")->period_ms(), 9u);
}

TEST(Trace, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(message_of(""), "t.down: empty; a trace needs a line for each delivery opportunity");
  EXPECT_THAT(message_of("1\n\n3\n"), HasSubstr("t.down, line 2: empty line"));
  EXPECT_THAT(message_of("\n"), HasSubstr("t.down, line 1: empty line"));
  EXPECT_THAT(message_of("1\n2\nx7\n"), HasSubstr("t.down, line 3: 'x7' is no whole number"));
  EXPECT_THAT(message_of("1\n-2\n"), HasSubstr("line 2: '-2' is no whole number"));
  EXPECT_THAT(message_of("1.5\n"), HasSubstr("line 1: '1.5' is no whole number"));
  EXPECT_THAT(message_of(" 1\n"), HasSubstr("line 1: ' 1' is no whole number"));
  EXPECT_THAT(message_of("5\n9\n8\n"), HasSubstr("line 3: 8 ms comes after 9 ms"));
  EXPECT_THAT(message_of("0\n0\n"), HasSubstr("all times are 0"));
  EXPECT_THAT(message_of("1\n99999999999999999999999\n"),
              HasSubstr("line 2: '99999999999999999999999' ms is beyond"));
  EXPECT_THAT(message_of("604800001\n"), HasSubstr("beyond the limit of 604800000 ms"));
}

TEST(Trace, ShowsNoControlCharactersOfABinaryFile) {
  const std::string message =
      message_of(std::string("\x1b[31m\x00\x7f\xff", 8) + std::string(100, 'y') + "\n");
  EXPECT_THAT(message, HasSubstr("'?[31m???yyyyyyyyyyyyyyyy…' is no whole number"));
}

TEST(Trace, KeepsItsLimits) {
  TraceLimits limits;
  limits.lines = 3;
  limits.bytes = 10;
  EXPECT_EQ(message_of("1\n2\n3\n", limits), "accepted");
  EXPECT_THAT(message_of("1\n2\n3\n4\n", limits), HasSubstr("more than the limit of 3 lines"));
  EXPECT_THAT(message_of("1\n2\n33333333\n", limits), HasSubstr("larger than the limit of 10 bytes"));
}

TEST(Trace, SaysThatAFileIsMissing) {
  const Result<Trace> trace = load_trace("/nowhere/at/all.down");
  ASSERT_FALSE(trace);
  EXPECT_EQ(trace.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(trace.error().message, HasSubstr("'/nowhere/at/all.down'"));
  EXPECT_EQ(load_trace("/").error().code, ErrorCode::kIo);  // a folder opens, but cannot be read
}

TEST(Trace, ReadsARecordedTrace) {
  SKIRRET_DATA_FILE(path, "traces/Verizon-LTE-short.up");
  const Result<Trace> trace = load_trace(path.string());
  ASSERT_TRUE(trace) << trace.error().message;
  EXPECT_EQ(trace->opportunities_ms.size(), 69367u);
  EXPECT_EQ(trace->period_ms(), 140000u);
}

}  // namespace
}  // namespace skirret::transport
