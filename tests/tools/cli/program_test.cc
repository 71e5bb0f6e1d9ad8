#include "tools/cli/program.hh"

#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/process.hh"

namespace skirret::test {
namespace {

ProcessResult example(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program("cli_example"));
  return run_process(std::move(arguments));
}

TEST(Cli, HelpShowsExamplesAndVersionTheVersion) {
  const auto help = example({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_NE(help.out.find("Examples:\n  skirret-example count 3"), std::string::npos) << help.describe();
  EXPECT_EQ(help.err, "");
  const auto command_help = example({"count", "--help"});
  EXPECT_EQ(command_help.exit_code, 0);
  EXPECT_NE(command_help.out.find("to three"), std::string::npos) << command_help.describe();
  const auto version = example({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.rfind("skirret-example ", 0), 0u) << version.describe();
}

TEST(Cli, JsonIsOneObjectAndNothingElse) {
  EXPECT_EQ(example({"count", "2"}).out, "1\n2\n");
  for (const auto& arguments : {std::vector<std::string>{"count", "2", "--json"}, {"--json", "count", "2"}}) {
    const auto result = example(arguments);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(nlohmann::json::parse(result.out), (nlohmann::json{{"count", 2}})) << result.describe();
    EXPECT_EQ(result.err, "");
  }
}

TEST(Cli, ErrorsSayWhatAndExitAsPromised) {
  const auto failed = example({"fail", "disk"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.err, "skirret-example: x.y4m: disk full: make room\n");
  EXPECT_EQ(failed.out, "");
  EXPECT_EQ(example({"fail", "usage"}).exit_code, 2);
  EXPECT_EQ(example({"fail", "throw"}).exit_code, 1);
  const auto negative = example({"fail", "no", "--json"});
  EXPECT_EQ(negative.exit_code, 1);
  EXPECT_EQ(nlohmann::json::parse(negative.out).at("answer"), "no");
  const auto json_failed = example({"fail", "disk", "--json"});
  EXPECT_EQ(nlohmann::json::parse(json_failed.out).at("error"), "x.y4m: disk full: make room");
}

TEST(Cli, WrongUsageIsTwo) {
  for (const auto& arguments :
       {std::vector<std::string>{}, {"count"}, {"count", "x"}, {"count", "1", "--no-such"}, {"nothing"}}) {
    const auto result = example(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.describe();
    EXPECT_NE(result.err.find("--help"), std::string::npos) << result.describe();
    EXPECT_EQ(result.out, "");
  }
}

TEST(Cli, TellsWhenStdoutCannotBeWritten) {
  const auto result = run_process({"sh", "-c", program("cli_example") + " count 3 > /dev/full"});
  EXPECT_EQ(result.exit_code, 1) << result.describe();
  EXPECT_NE(result.err.find("stdout"), std::string::npos);
}

TEST(Cli, CtrlCEndsCleanly) {
  Process waiting({program("cli_example"), "wait"});
  ASSERT_TRUE(waiting.wait_for_output("waiting\n"));
  waiting.send_signal(SIGINT);
  const auto result = waiting.wait();
  EXPECT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_EQ(result.out, "waiting\nstopped\n");
}

}  // namespace
}  // namespace skirret::test
