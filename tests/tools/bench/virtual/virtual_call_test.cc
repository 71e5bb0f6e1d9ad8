#include "tools/bench/virtual/virtual_call.hh"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "tools/bench/measure/call_metrics.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/report/call_json.hh"

namespace skirret::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr codec::Dimensions kSize{320, 176};

VirtualCall call_over(const std::string& link, const std::string& system = "skirret") {
  VirtualCall call;
  call.settings.system = system;
  call.settings.clip = "scene";
  call.settings.trace = link;
  call.settings.size = kSize;
  call.settings.frame_interval = std::chrono::nanoseconds(33'333'333);
  call.settings.one_way = milliseconds(20);
  call.settings.queue_packets = 256;
  call.forward = *transport::open_named_source(link);
  call.reverse = *transport::open_named_source("constant:50");
  static const LoopedClip clip = *LoopedClip::load("scene:320x176", {});
  call.originals = clip.source();
  call.duration = seconds(3);
  call.coding = *CodingModel::parse("15ms");
  return call;
}

CallRecord run(const VirtualCall& call) {
  const auto record = run_virtual_call(call);
  EXPECT_TRUE(record) << record.error().message;
  return *record;
}

TEST(VirtualCall, GivesTheKnownDelayOfAConstantLink) {
  for (const auto one_way : {milliseconds(20), milliseconds(150)}) {
    VirtualCall call = call_over("constant:50");
    call.settings.one_way = one_way;
    call.sender.finest.best = call.sender.finest.usual;  // no large frames, which pacing spreads
    const auto metrics = measure_call(run(call));
    const double known = to_ms(call.coding.coding({}) + one_way + call.coding.decode(1, kSize));
    EXPECT_NEAR(metrics.after_start.delay_ms.p50, known, 2);
    EXPECT_EQ(metrics.whole.unanswered, 0u);
    EXPECT_EQ(metrics.unreadable, 0u);
  }
}

TEST(VirtualCall, FindsTheKnownCapacity) {
  const auto metrics = measure_call(run(call_over("constant:0.8")));
  EXPECT_NEAR(metrics.capacity_mbps, 0.8, 0.01);
  EXPECT_LE(metrics.carried_mbps, metrics.capacity_mbps);
}

std::string json_of(const CallRecord& record) {
  return calls_json({measure_run(record)}, "test").dump();
}

TEST(VirtualCall, RepeatsToTheByteForASeed) {
  VirtualCall call = call_over("lte:seed=4,mean=1");
  call.settings.loss = 0.02;
  call.settings.seed = 5;
  const std::string once = json_of(run(call));
  EXPECT_EQ(json_of(run(call)), once);
  call.settings.seed = 6;
  const CallRecord other = run(call);
  EXPECT_NE(other.captures.front().at, TimePoint{});
  EXPECT_NE(json_of(other), once);
}

// What the ends' clocks tell must not matter: the delays stay what they are with clocks that agree.
TEST(VirtualCall, ClocksThatDisagreeChangeNothing) {
  const auto plain = measure_call(run(call_over("constant:1")));
  for (const int skew : {-100, 100}) {
    VirtualCall call = call_over("constant:1");
    call.receiver_clock = {.offset = seconds(5000), .skew_ppm = skew, .steps = {}};
    const auto skewed = measure_call(run(call));
    EXPECT_NEAR(skewed.whole.delay_ms.p50, plain.whole.delay_ms.p50, 3);
    EXPECT_LE(skewed.whole.delay_ms.p95, plain.whole.delay_ms.p95 + 15);
    EXPECT_EQ(skewed.whole.unanswered, 0u);
  }
}

TEST(VirtualCall, AClockThatJumpsEndsNoCall) {
  for (const bool of_sender : {false, true}) {
    VirtualCall call = call_over("constant:1");
    (of_sender ? call.sender_clock : call.receiver_clock).steps = {
        {TimePoint{} + seconds(2), milliseconds(300)}};
    const auto metrics = measure_call(run(call));
    EXPECT_EQ(metrics.whole.unanswered, 0u);
    EXPECT_LE(metrics.after_start.motion.longest_freeze_ms, 500) << (of_sender ? "sender" : "receiver");
  }
}

TEST(VirtualCall, TheConventionalSenderShowsWhatItEncodes) {
  for (const std::string system : {"conventional-second", "conventional-frame"}) {
    const CallRecord record = run(call_over("constant:2", system));
    const auto metrics = measure_call(record);
    EXPECT_GE(metrics.whole.motion.frames_per_second, 20) << system;
    EXPECT_EQ(metrics.whole.unanswered, 0u);
    EXPECT_EQ(record.key_frames, 1u);
    EXPECT_GE(metrics.displayed.ssim_db, 10);
  }
}

TEST(VirtualCall, TheConventionalSenderPaysALossWithAKeyFrame) {
  VirtualCall call = call_over("constant:2", "conventional-second");
  call.settings.loss = 0.05;
  const CallRecord record = run(call);
  EXPECT_GT(record.key_frames, 1u);
  call.settings.system = "skirret";
  EXPECT_EQ(run(call).key_frames, 1u);
}

// Links so narrow that frames are pressed to a few dozen bytes: what cannot be read any more says so, and
// nothing is taken for a frame that it does not show.
TEST(VirtualCall, TheCodeIsNotMisreadAtTheLowestQualityThatOccurs) {
  for (const std::string link : {"constant:0.02", "constant:0.05", "constant:0.1"}) {
    VirtualCall call = call_over(link);
    call.duration = seconds(6);
    call.settings.queue_packets = 16;
    const CallRecord record = run(call);
    const auto metrics = measure_call(record);
    std::printf(
        "%s: frames of %llu bytes and more, quantizers up to %d: %llu displayed and read, %zu "
        "unreadable, %llu still bore an older code\n",
        link.c_str(), static_cast<unsigned long long>(record.code.fewest_bytes),
        record.code.coarsest_quantizer, static_cast<unsigned long long>(record.code.checked),
        metrics.unreadable, static_cast<unsigned long long>(record.code.behind));
    EXPECT_GT(record.code.checked, 0u);
    EXPECT_EQ(record.code.misread, 0u);
    EXPECT_GE(record.code.coarsest_quantizer, 80) << "not low enough to show anything";
  }
}

TEST(VirtualCall, SaysWhichSystemsThereAre) {
  const auto record = run_virtual_call(call_over("constant:1", "webrtc"));
  ASSERT_FALSE(record);
  EXPECT_NE(record.error().message.find("conventional-second"), std::string::npos);
}

TEST(CodingModel, TakesDeclaredTimes) {
  sender::CodeJob job;
  job.target = codec::Picture::solid({640, 360}, 0, 0, 0);
  EXPECT_EQ(CodingModel::parse("15ms")->coding(job), milliseconds(15));
  EXPECT_EQ(CodingModel::parse("720p:15ms")->coding(job), Duration(milliseconds(15)) * 920 / 3600);
  EXPECT_FALSE(CodingModel::parse("15"));
  EXPECT_FALSE(CodingModel::parse("no such file"));
}

TEST(CodingModel, ReplaysARecordedCallsTimesByEffort) {
  const std::string path = testing::TempDir() + "/coding-times.jsonl";
  std::ofstream(path) << R"({"event":"capture","frame":0})"
                      << "\n"
                      << R"({"event":"frame","effort":2,"coding_ms":12.5})"
                      << "\n"
                      << R"({"event":"frame","effort":1,"coding_ms":7})"
                      << "\n"
                      << R"({"event":"frame","effort":2,"coding_ms":14})"
                      << "\n{broken";
  const auto model = CodingModel::parse(path);
  ASSERT_TRUE(model) << model.error().message;
  sender::CodeJob job;
  job.effort.level = 2;
  job.number = 2;
  EXPECT_EQ(model->coding(job), std::chrono::microseconds(12'500));
  job.number = 3;
  EXPECT_EQ(model->coding(job), milliseconds(14));
  job.effort.level = 1;
  EXPECT_EQ(model->coding(job), milliseconds(7));
  job.number = 2;
  EXPECT_EQ(model->effort(job).level, 1);
  job.number = 3;
  EXPECT_EQ(model->effort(job).level, 2);
  EXPECT_EQ(CodingModel::parse("15ms")->effort(job).level, job.effort.level);
}

TEST(CodingModel, ReplaysRecordedTimesOfFinishingAndDecoding) {
  const std::string sender = testing::TempDir() + "/finishing-times.jsonl";
  std::ofstream(sender) << R"({"event":"frame","frame":0,"coding_ms":12,"finishing_ms":2.5})"
                        << "\n"
                        << R"({"event":"frame","frame":1,"coding_ms":12,"finishing_ms":null})"
                        << "\n"
                        << R"({"event":"frame","frame":9,"coding_ms":12,"finishing_ms":4})"
                        << "\n";
  const std::string receiver = testing::TempDir() + "/decoding-times.jsonl";
  std::ofstream(receiver) << R"({"event":"display","frame":0,"decoding_ms":5})"
                          << "\n"
                          << R"({"event":"display","frame":9,"decoding_ms":7})"
                          << "\n";
  const codec::Dimensions size{1280, 720};
  const auto model = CodingModel::parse(sender);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->finish(2, size), std::chrono::microseconds(2500));  // frame 1 was not sent
  EXPECT_EQ(model->finish(10, size), milliseconds(4));
  EXPECT_EQ(model->decode(10, size), CodingModel::parse("15ms")->decode(1, size));
  const auto both = model->with_decoding(receiver);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->decode(1, size), milliseconds(5));
  EXPECT_EQ(both->decode(10, size), milliseconds(7));
  EXPECT_FALSE(model->with_decoding(sender));
}

}  // namespace
}  // namespace skirret::bench
