#include <algorithm>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/data.hh"
#include "tests/tools/call/call_programs.hh"

// What a person who errs is told: what was wrong and what to do, exit status 1 or 2, nothing left behind.
namespace skirret::test {
namespace {

const char* const kSource = "lavfi:testsrc2=size=160x96:rate=30";

ProcessResult receiver(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program("skirret-receiver"));
  return run_process(arguments);
}

ProcessResult sender(std::vector<std::string> arguments, ProcessOptions options = {}) {
  arguments.insert(arguments.begin(), program("skirret-sender"));
  return run_process(arguments, options);
}

TEST(CallPrograms, TellTheirOptionsAndVersion) {
  for (const char* name : {"skirret-sender", "skirret-receiver", "skirret-link"}) {
    const auto help = run_process({program(name), "--help"});
    EXPECT_EQ(help.exit_code, 0) << help.describe();
    EXPECT_NE(help.out.find("Examples:"), std::string::npos) << help.describe();
    EXPECT_EQ(run_process({program(name), "--version"}).exit_code, 0);
    EXPECT_EQ(run_process({program(name), "--no-such-option"}).exit_code, 2);
  }
}

TEST(Receiver, RefusesAPortInUse) {
  const RunningReceiver first;
  const auto second = receiver({"--listen", first.host_and_port()});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.err.find("in use"), std::string::npos) << second.describe();
}

TEST(Receiver, RefusesAPlaceItCannotWrite) {
  const TemporaryFolder folder;
  for (const char* option : {"-o", "--stats", "--link-file", "--key"}) {
    const auto result = receiver({"--listen", "127.0.0.1:0", option, folder / "missing/file"});
    EXPECT_EQ(result.exit_code, 1) << option << result.describe();
    EXPECT_NE(result.err.find("missing/file"), std::string::npos) << result.describe();
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Receiver, RefusesAnAddressThatIsNone) {
  EXPECT_NE(receiver({"--listen", "nonsense"}).exit_code, 0);
  EXPECT_NE(receiver({"--listen", "127.0.0.1:99999"}).exit_code, 0);
}

TEST(Receiver, KeepsItsLinkInAKeyFile) {
  const TemporaryFolder folder;
  const std::string key = folder / "key";
  const auto secret = [](const std::string& link) { return link.substr(link.find('#')); };
  const std::string first = secret(RunningReceiver({"--key", key}).link);
  EXPECT_EQ(std::filesystem::status(key).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(secret(RunningReceiver({"--key", key}).link), first);
  EXPECT_NE(secret(RunningReceiver().link), first);
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  EXPECT_EQ(receiver({"--listen", "127.0.0.1:0", "--key", key}).exit_code, 1);
}

TEST(Receiver, EndsWhenToldTo) {
  const auto result = receiver({"--listen", "127.0.0.1:0", "--exit-after", "0.2", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_EQ(nlohmann::json::parse(result.out).at("frames_displayed"), 0);
  EXPECT_EQ(result.out.find("skirret://"), std::string::npos);
}

TEST(Sender, NeedsALinkAndASource) {
  EXPECT_EQ(sender({"--source", kSource}).exit_code, 2);
  const RunningReceiver waiting;
  EXPECT_EQ(sender({waiting.link}).exit_code, 2);
}

TEST(Sender, TellsABrokenLinkFromAWrongOne) {
  const RunningReceiver waiting;
  const std::string cut = waiting.link.substr(0, waiting.link.size() - 5);
  const auto incomplete = sender({cut, "--source", kSource});
  EXPECT_NE(incomplete.exit_code, 0);
  EXPECT_EQ(incomplete.err.find(cut.substr(cut.find('#'))), std::string::npos) << "a secret in a message";
  EXPECT_NE(sender({"https://example.org/", "--source", kSource}).exit_code, 0);
  EXPECT_NE(sender({"@/no/such/file", "--source", kSource}).exit_code, 0);
}

TEST(Sender, RefusesASourceThatIsNone) {
  const RunningReceiver waiting;
  const TemporaryFolder folder;
  EXPECT_EQ(sender({waiting.link, "--source", "/no/such/clip.mp4"}).exit_code, 1);
  EXPECT_EQ(sender({waiting.link, "--source", program("skirret-sender")}).exit_code, 1);
  EXPECT_NE(sender({waiting.link, "--source", kSource, "--size", "0x0"}).exit_code, 0);
  EXPECT_NE(sender({waiting.link, "--source", kSource, "--size", "90000x90000"}).exit_code, 0);
  EXPECT_NE(sender({waiting.link, "--source", kSource, "--stats", folder / "missing/file"}).exit_code, 0);
}

TEST(Sender, SaysWhenNobodyAnswers) {
  const RunningReceiver other;  // another link's secret, at a place where somebody listens
  RunningReceiver listening;
  const auto secret = other.link.substr(other.link.find('#'));
  const auto wrong = listening.link.substr(0, listening.link.find('#')) + secret;
  const auto result = sender({wrong, "--source", kSource});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("no answer from " + listening.host_and_port()), std::string::npos)
      << result.describe();
  EXPECT_NE(result.err.find("is it running, is the link complete?"), std::string::npos) << result.describe();
  // The listener counts what it could not authenticate, and says so now and then, not for each datagram.
  EXPECT_TRUE(listening.process.wait_for_error_output("failed authentication"));
  const std::string said = listening.process.error_output();
  EXPECT_LE(std::ranges::count(said, '\n'), 4) << said;
}

TEST(Sender, TakesItsLinkFromStdinAFileOrTheEnvironment) {
  const TemporaryFolder folder;
  const std::string file = folder / "link";
  RunningReceiver waiting({"--link-file", file});
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
  const std::vector<std::string> rest = {"--source", kSource, "--duration", "0.3"};
  const auto with = [&](const std::string& argument, ProcessOptions options) {
    std::vector<std::string> arguments = rest;
    if (!argument.empty()) arguments.insert(arguments.begin(), argument);
    const auto result = sender(arguments, std::move(options));
    EXPECT_EQ(result.exit_code, 0) << argument << result.describe();
  };
  ProcessOptions piped;
  piped.input = waiting.link + "\n";
  with("-", piped);
  with("@" + file, {});
  ProcessOptions environment;
  environment.environment["SKIRRET_LINK"] = waiting.link;
  with("", environment);
}

TEST(Sender, ASecondCallerIsRefused) {
  const RunningReceiver waiting;
  ProcessOptions options;
  options.input = waiting.link + "\n";
  Process first({program("skirret-sender"), "-", "--source", kSource}, options);
  const TemporaryFolder folder;
  std::this_thread::sleep_for(std::chrono::seconds(1));
  ASSERT_TRUE(first.running()) << first.error_output();
  const auto second = sender({waiting.link, "--source", kSource, "--duration", "1"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_TRUE(first.running());
}

TEST(Sender, SaysWhenTheReceiverVanishes) {
  RunningReceiver waiting;
  ProcessOptions options;
  options.input = waiting.link + "\n";
  Process calling({program("skirret-sender"), "-", "--source", kSource, "--give-up", "2"}, options);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  waiting.process.send_signal(SIGKILL);
  const auto result = calling.wait();
  EXPECT_EQ(result.exit_code, 1) << result.describe();
  EXPECT_FALSE(result.err.empty());
}

}  // namespace
}  // namespace skirret::test
