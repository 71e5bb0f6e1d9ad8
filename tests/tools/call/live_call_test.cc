#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include <gtest/gtest.h>

#include "codec/container/y4m.hh"
#include "tests/support/data.hh"
#include "tests/tools/call/call_programs.hh"
#include "transport/session/address.hh"

// Real processes, sockets and time: sender, relay and receiver on this machine.
namespace skirret::test {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr auto kCallTime = std::chrono::seconds(60);

ProcessOptions patient() {
  ProcessOptions options;
  options.timeout = kCallTime;
  return options;
}

ProcessResult send(const std::string& link, std::vector<std::string> more) {
  std::vector<std::string> command = {program("skirret-sender"), "-", "--json"};
  command.insert(command.end(), more.begin(), more.end());
  ProcessOptions options = patient();
  options.input = link + "\n";
  return run_process(command, options);
}

std::vector<Json> events(const std::vector<Json>& lines, const std::string& name) {
  std::vector<Json> found;
  for (const Json& line : lines)
    if (line.at("event") == name) found.push_back(line);
  return found;
}

TEST(LiveCall, RecordsWhatIsSentAndBothEndsAgree) {
  const TemporaryFolder folder;
  RunningReceiver receiver(
      {"-o", folder / "call.y4m", "--stats", folder / "receiver.jsonl", "--exit-when-idle", "0.5"},
      patient());
  const auto sent = send(receiver.link, {"--source", "lavfi:testsrc2=size=320x180:rate=30", "--duration", "3",
                                         "--stats", folder / "sender.jsonl"});
  ASSERT_EQ(sent.exit_code, 0) << sent.describe();
  const auto received = receiver.process.wait();
  ASSERT_EQ(received.exit_code, 0) << received.describe();

  const Json report = Json::parse(sent.out);
  EXPECT_GE(report.at("frames_captured"), 85);
  EXPECT_EQ(report.at("key_frames"), 1);
  EXPECT_EQ(report.at("mismatches"), 0);

  std::map<std::uint64_t, std::string> made;
  for (const Json& frame : events(read_json_lines(folder / "sender.jsonl"), "frame"))
    if (frame.at("sent")) made[frame.at("frame")] = frame.at("target_state");
  const auto shown = events(read_json_lines(folder / "receiver.jsonl"), "display");
  EXPECT_GE(shown.size(), 30u);  // how many depends on the machine; under a sanitizer it is about 50
  for (const Json& display : shown) EXPECT_EQ(made.at(display.at("frame")), display.at("state"));

  auto recording = codec::Y4mReader::open(folder / "call.y4m");
  ASSERT_TRUE(recording) << recording.error().message;
  std::size_t pictures = 0;
  for (auto picture = recording->next(); picture && *picture; picture = recording->next()) ++pictures;
  EXPECT_EQ(pictures, shown.size());
}

TEST(LiveCall, CtrlCEndsBothInGoodOrder) {
  const TemporaryFolder folder;
  RunningReceiver receiver({"-o", folder / "call.y4m", "--stats", folder / "receiver.jsonl"}, patient());
  ProcessOptions options = patient();
  options.input = receiver.link + "\n";
  Process sender({program("skirret-sender"), "-", "--source", "lavfi:testsrc2=size=160x96:rate=30", "--stats",
                  folder / "sender.jsonl"},
                 options);
  for (int tries = 0;
       tries < 200 && events(read_json_lines(folder / "receiver.jsonl"), "display").size() < 10; ++tries)
    std::this_thread::sleep_for(milliseconds(50));
  sender.send_signal(SIGINT);
  const auto sent = sender.wait();
  EXPECT_EQ(sent.exit_code, 0) << sent.describe();
  receiver.process.send_signal(SIGINT);
  const auto received = receiver.process.wait();
  EXPECT_EQ(received.exit_code, 0) << received.describe();
  EXPECT_TRUE(std::filesystem::exists(folder / "call.y4m"));
  EXPECT_FALSE(std::filesystem::exists(folder / "call.y4m.partial"));
}

// A recorded cellular link, live: 640x360 at 30 frames a second with at least 3 candidates a frame.
void call_over(const std::string& name, std::size_t least_shown) {
  SKIRRET_DATA_FILE(clip, "clips/talk-kitchen_640x360_25.mkv");
  SKIRRET_DATA_FILE(up, "traces/" + name + ".up");
  SKIRRET_DATA_FILE(down, "traces/" + name + ".down");
  const TemporaryFolder folder;
  RunningReceiver receiver({"--stats", folder / "receiver.jsonl", "--exit-when-idle", "3"}, patient());
  RunningLink link(receiver, {"--trace", up, "--reverse-trace", down, "--delay-ms", "20", "--queue-packets",
                              "256", "--json", "--stats", folder / "link.jsonl"});
  const auto sent =
      send(link.link, {"--source", clip, "--size", "640x360", "--fps", "30", "--loop", "--duration", "20",
                       "--candidates", "3", "--stats", folder / "sender.jsonl"});
  ASSERT_EQ(sent.exit_code, 0) << sent.describe();
  receiver.process.wait();
  link.process.send_signal(SIGINT);
  const auto relayed = link.process.wait();
  ASSERT_EQ(relayed.exit_code, 0) << relayed.describe();

  std::size_t key_frames = 0;
  for (const Json& frame : events(read_json_lines(folder / "sender.jsonl"), "frame")) {
    EXPECT_GE(frame.at("candidates").size(), 3u) << frame;
    if (!frame.at("sent").get<bool>()) continue;
    key_frames += frame.at("key_frame").get<bool>() ? 1 : 0;
    // While the budget is 0, a frame of one packet may go out as a probe; else nothing above the budget.
    const std::size_t budget = frame.at("budget");
    EXPECT_LE(frame.at("bytes"), budget > 0 ? budget : transport::kMaxDatagram) << frame;
  }
  EXPECT_EQ(key_frames, 1u);
  EXPECT_GE(events(read_json_lines(folder / "receiver.jsonl"), "display").size(), least_shown);
  const Json report = Json::parse(relayed.out);
  std::printf("relay, forward: %s\n", report.at("forward").dump().c_str());
  EXPECT_LE(report.at("forward").at("queue_p95_ms"), 150.0) << report.dump(2);
}

TEST(LiveCall, OverVerizonLte) {
  call_over("Verizon-LTE-short", 400);
}
TEST(LiveCall, OverAttLte) {
  call_over("ATT-LTE-driving", 250);
}

}  // namespace
}  // namespace skirret::test
