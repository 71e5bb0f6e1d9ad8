// What skirret-link says and how it ends when it is used wrongly, or only for a moment.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/process.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::link {
namespace {

using ::testing::HasSubstr;

test::ProcessResult run_link(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), test::program("skirret-link"));
  return test::run_process(std::move(arguments));
}

// With the given options on top of a sound command line.
test::ProcessResult run_with(std::vector<std::string> more) {
  std::vector<std::string> all = {"--listen", "127.0.0.1:0", "--to", "127.0.0.1:9", "--duration", "0.05"};
  all.insert(all.end(), more.begin(), more.end());
  return run_link(std::move(all));
}

TEST(LinkUsage, HelpAndVersion) {
  const test::ProcessResult help = run_link({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples:\n  skirret-link --listen"));
  EXPECT_THAT(run_link({"--version"}).out, HasSubstr("skirret-link "));
}

TEST(LinkUsage, RunsForItsDurationAndReports) {
  const test::ProcessResult result = run_with({"--trace", "lte:seed=4,mean=2"});
  EXPECT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_THAT(result.out, HasSubstr("forward over lte model (seed 4, mean 2 Mbit/s)"));
  EXPECT_THAT(result.out, HasSubstr("reverse over lte model (seed 5, mean 2 Mbit/s)"));
  EXPECT_THAT(result.err, HasSubstr("listening on 127.0.0.1:"));
  const test::ProcessResult as_json =
      run_with({"--json", "--trace", "constant:1.5", "--reverse-trace", "lte"});
  const auto report = nlohmann::json::parse(as_json.out);
  EXPECT_EQ(report["forward"]["trace"], "constant 1.5 Mbit/s");
  EXPECT_EQ(report["reverse"]["trace"], "lte model (seed 1, mean 5 Mbit/s)");
  EXPECT_GE(report["duration_s"], 0.05);
}

TEST(LinkUsage, WrongUsageIsTwo) {
  EXPECT_EQ(run_link({}).exit_code, 2);
  EXPECT_EQ(run_with({}).exit_code, 2);  // no trace
  EXPECT_EQ(run_with({"--trace", "lte", "--speed", "3"}).exit_code, 2);
  EXPECT_EQ(run_link({"--listen", "127.0.0.1:0", "--to", "127.0.0.1", "--trace", "lte"}).exit_code, 2);
  EXPECT_EQ(run_link({"--listen", "127.0.0.1:0", "--to", "127.0.0.1:0", "--trace", "lte"}).exit_code, 2);
  EXPECT_EQ(run_link({"--listen", "127.0.0.1:x", "--to", "127.0.0.1:9", "--trace", "lte"}).exit_code, 2);
  const std::vector<std::pair<std::vector<std::string>, const char*>> wrong = {
      {{"--trace", "constant:fast"}, "write constant:MBIT"},
      {{"--trace", "lte:sneed=1"}, "write lte:seed=N,mean=MBIT"},
      {{"--trace", "lte", "--loss", "5"}, "--loss"},
      {{"--trace", "lte", "--loss", "nan"}, "write digits"},
      {{"--trace", "lte", "--delay-ms", "-1"}, "--delay-ms"},
      {{"--trace", "lte", "--queue-packets", "-1"}, "--queue-packets"},
      {{"--trace", "lte", "--burst-loss", "0.1"}, "write SHARE:LENGTH"},
      {{"--trace", "lte", "--outage", "3-4"}, "write START+LENGTH"},
  };
  for (const auto& [options, says] : wrong) {
    const test::ProcessResult result = run_with(options);
    EXPECT_EQ(result.exit_code, 2) << result.describe();
    EXPECT_THAT(result.err, HasSubstr(says));
  }
}

TEST(LinkUsage, AMissingTraceIsNamed) {
  const test::ProcessResult result = run_with({"--trace", "/nowhere/my.down"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("cannot open the trace '/nowhere/my.down': No such file"));
}

TEST(LinkUsage, ABadTraceIsNamedWithItsLine) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "bad.down") << "1\n2\ntwo\n";
  const test::ProcessResult result = run_with({"--trace", (folder / "bad.down").string()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("bad.down, line 3: 'two' is no whole number of milliseconds"));
}

TEST(LinkUsage, APortInUseIsNamedAndLeavesNoStats) {
  const test::TemporaryFolder folder;
  transport::EventLoop loop;
  const auto holder = transport::UdpSocket::bind(loop, transport::Address::ipv4({127, 0, 0, 1}, 0));
  ASSERT_TRUE(holder);
  const std::string taken = (*holder)->local().to_string();
  const test::ProcessResult result = run_link({"--listen", taken, "--to", "127.0.0.1:9", "--trace", "lte",
                                               "--stats", (folder / "link.jsonl").string(), "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("on 127.0.0.1 is in use: "));
  EXPECT_THAT(nlohmann::json::parse(result.out)["error"], HasSubstr("is in use"));
  EXPECT_TRUE(folder.names().empty());
}

TEST(LinkUsage, StatsThatCannotBeWritten) {
  const test::ProcessResult nowhere = run_with({"--trace", "lte", "--stats", "/nowhere/link.jsonl"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("cannot write /nowhere/link.jsonl: No such file or directory"));
  const test::ProcessResult full = run_with({"--trace", "constant:12", "--stats", "/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("cannot write /dev/full: No space left on device"));
}

TEST(LinkUsage, AnUnknownHostIsNamed) {
  const test::ProcessResult result =
      run_link({"--listen", "127.0.0.1:0", "--to", "no-such-host.invalid:9", "--trace", "lte"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("--to: cannot find the host 'no-such-host.invalid'"));
}

}  // namespace
}  // namespace skirret::link
