#include "tools/skirret-bench/call_log.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

using ::testing::HasSubstr;

TEST(CallLog, ReadsWhatTheSenderTells) {
  const auto log = with_sender_stats({},
                                     R"({"t_ns":1000,"event":"capture","frame":0}
{"t_ns":2000,"event":"frame","frame":0,"bytes":900,"budget":1000,"source_state":null,"target_state":"aa","quantizer":40,"candidates":[{"quantizer":20,"bytes":1800},{"quantizer":40,"bytes":900}],"sent":true}
{"t_ns":2500,"event":"ack","frame":0}
{"t_ns":3000,"event":"frame","frame":1,"bytes":0,"budget":10,"source_state":"aa","target_state":null,"quantizer":0,"candidates":[],"sent":false}
)",
                                     "s.jsonl");
  ASSERT_TRUE(log) << log.error().message;
  ASSERT_EQ(log->captured.size(), 1u);
  EXPECT_EQ(to_ns(log->captured[0].at), 1000);
  ASSERT_EQ(log->coded.size(), 2u);
  EXPECT_TRUE(log->coded[0].key_frame);
  EXPECT_TRUE(log->coded[0].sent);
  EXPECT_EQ(log->coded[0].bytes, 900u);
  EXPECT_EQ(log->coded[0].budget, 1000u);
  EXPECT_EQ(log->coded[0].quantizer, 40);
  ASSERT_EQ(log->coded[0].candidates.size(), 2u);
  EXPECT_EQ(log->coded[0].candidates[0].bytes, 1800u);
  EXPECT_FALSE(log->coded[1].key_frame);
  EXPECT_FALSE(log->coded[1].sent);
}

TEST(CallLog, ReadsWhatTheReceiverTells) {
  const auto log = with_receiver_stats({},
                                       R"({"t_ns":5,"event":"display","frame":7,"bytes":3,"state":"aa"}
{"t_ns":6,"event":"loss","frame":8}
{"t_ns":7,"event":"recovered","frame":9}
{"t_ns":8,"event":"something new"}
)",
                                       "r.jsonl");
  ASSERT_TRUE(log) << log.error().message;
  ASSERT_EQ(log->shown.size(), 1u);
  EXPECT_EQ(log->shown[0].frame, 7u);
  EXPECT_EQ(log->losses, 1u);
  EXPECT_EQ(log->recoveries, 1u);
}

TEST(CallLog, NamesTheLineThatLacksAField) {
  const auto log = with_receiver_stats(
      {}, "{\"t_ns\":5,\"event\":\"display\",\"frame\":1}\n{\"event\":\"display\",\"frame\":2}\n", "r.jsonl");
  ASSERT_FALSE(log);
  EXPECT_THAT(log.error().message, HasSubstr("r.jsonl:2: event 'display' without a usable 't_ns'"));
}

TEST(CallLog, RefusesWhatIsNoJson) {
  for (const char* text : {"no json\n", "[1,2]\n", "{\"t_ns\":\n"}) {
    const auto log = with_sender_stats({}, text, "s.jsonl");
    ASSERT_FALSE(log) << text;
    EXPECT_THAT(log.error().message, HasSubstr("s.jsonl:1: no JSON object"));
  }
}

TEST(CallLog, PassesOverALastLineThatWasCutShort) {
  const auto log =
      with_receiver_stats({}, "{\"t_ns\":5,\"event\":\"display\",\"frame\":1}\n{\"t_ns\":6,\"eve", "r.jsonl");
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->shown.size(), 1u);
}

TEST(CallLog, SaysWhichFileIsMissing) {
  const auto log = read_call_log({.sender = "/nonexistent/s.jsonl", .receiver = "r", .link = {}});
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(log.error().message, HasSubstr("/nonexistent/s.jsonl"));
}

}  // namespace
}  // namespace skirret::bench
