#include <csignal>
#include <regex>

#include <gmock/gmock.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

namespace skirret::test {
namespace {

constexpr unsigned short kColumns = 72;

// What a program writes to a terminal of kColumns.
std::string on_terminal(const std::vector<std::string>& arguments, int* status) {
  winsize size{};
  size.ws_col = kColumns;
  size.ws_row = 24;
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(terminal, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  ::waitpid(child, status, 0);
  ::close(terminal);
  return text;
}

class CloudencProgress : public CloudencTest {};

TEST_F(CloudencProgress, IsOneLineOfPhasesSpeedAndTimeLeft) {
  const std::string in = clip("in.mp4", 240, "320x240");
  int status = -1;
  const std::string text = on_terminal(
      {program("skirret-cloudenc"), in, "-o", path("out.webm"), "--chunk", "5", "--jobs", "2"}, &status);
  ASSERT_EQ(status, 0) << text;
  const std::regex whole(R"(encode (\d+)/(\d+) ([\d.]+) frames/s, \d+:\d\d left: chunk (\d+)/48 bridge .*)");
  std::size_t start = 0, lines = 0, last_done = 0;
  double last_speed = 0;
  while ((start = text.find('\r', start)) != std::string::npos) {
    const std::size_t end = text.find("\x1b[K", ++start);
    if (end == std::string::npos) break;
    const std::string line = text.substr(start, end - start);
    EXPECT_LT(line.size(), kColumns) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    std::smatch found;
    if (!std::regex_match(line, found, whole)) continue;
    ++lines;
    const std::size_t done = std::stoul(found[1]), all = std::stoul(found[2]);
    EXPECT_GE(done, last_done) << line;
    EXPECT_LE(done, all) << line;
    last_done = done;
    last_speed = std::stod(found[3]);
  }
  EXPECT_GE(lines, 3u) << text;
  EXPECT_GT(last_speed, 0.5);
  EXPECT_THAT(text, testing::HasSubstr("out.webm: 240 frames in 3 batches,"));
  EXPECT_EQ(text.find(" left", text.rfind("\r\x1b[K")), std::string::npos) << "the line is wiped at the end";
}

TEST_F(CloudencProgress, IsSilentWhereNobodyLooks) {
  const ProcessResult result = cloudenc({clip("in.mp4", 12), "-o", path("out.webm")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace skirret::test
