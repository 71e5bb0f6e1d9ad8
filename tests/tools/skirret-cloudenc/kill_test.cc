#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <thread>

#include "tests/support/random.hh"
#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;

class CloudencKilled : public CloudencTest {
 protected:
  // Every record in the store, and when it was written.
  std::map<std::string, fs::file_time_type> records() const {
    std::map<std::string, fs::file_time_type> found;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "out.webm.work" / "records", ignored))
      if (entry.is_regular_file()) found[entry.path().string()] = entry.last_write_time();
    return found;
  }
};

TEST_F(CloudencKilled, LosesNoFinishedThunkAndGivesTheSameBytes) {
  const bool thorough = std::getenv("SKIRRET_LONG") != nullptr;
  const int kills = thorough ? 50 : 10;
  const std::string in = clip("in.mp4", thorough ? 400 : 120, "128x96");
  const std::vector<std::string> options = {"--chunk", "4", "--batch", "6", "--quality", "20", "--jobs", "2"};
  const auto arguments = [&](const std::string& out) {
    std::vector<std::string> all = {program("skirret-cloudenc"), in, "-o", out, "--resume"};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  };
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(run_process(arguments(path("expected.webm"))).exit_code, 0);
  const auto whole =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);

  Random random(seed_or(80));
  // Of these some must come while tasks run: each may take the job a fraction of its way.
  int killed = 0;
  std::map<std::string, fs::file_time_type> before;
  for (int round = 0; round < kills; ++round) {
    Process job(arguments(path("out.webm")));
    const auto patience = 10 + random.below(static_cast<std::uint64_t>(whole.count() / kills + 20));
    std::this_thread::sleep_for(std::chrono::milliseconds(patience));
    if (!job.running()) {
      const ProcessResult ended = job.wait();
      ASSERT_EQ(ended.exit_code, 0) << ended.describe();
      break;
    }
    job.send_signal(SIGKILL);
    job.wait();
    ++killed;
    if (fs::exists(path("out.webm"))) break;  // it was tidying up
    const auto now = records();
    for (const auto& [name, time] : before) ASSERT_TRUE(now.contains(name)) << "a finished thunk is lost";
    before = now;
  }
  EXPECT_GE(killed, thorough ? kills : kills / 3);
  if (fs::exists(path("out.webm.work")) || !fs::exists(path("out.webm"))) {
    const ProcessResult last = run_process(arguments(path("out.webm")));
    ASSERT_EQ(last.exit_code, 0) << last.describe();
  }
  EXPECT_EQ(read_file(path("out.webm")), read_file(path("expected.webm")));
  EXPECT_FALSE(fs::exists(path("out.webm.work")));
}

TEST_F(CloudencKilled, AnInterruptedJobIsNotTakenForANewOne) {
  const std::string in = clip("in.mp4", 60, "192x144");
  const std::vector<std::string> arguments = {
      program("skirret-cloudenc"), in, "-o", path("out.webm"), "--jobs", "1"};
  Process job(arguments);
  while (job.running() && records().size() < 8) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  job.send_signal(SIGINT);
  const ProcessResult stopped = job.wait();
  ASSERT_EQ(stopped.exit_code, 1) << stopped.describe();
  ASSERT_GE(records().size(), 8u);
  const ProcessResult refused = run_process(arguments);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("--resume"), std::string::npos) << refused.err;
  const auto known = records();
  auto again = arguments;
  again.insert(again.end(), {"--resume", "--json"});
  const ProcessResult done = run_process(again);
  ASSERT_EQ(done.exit_code, 0) << done.describe();
  const auto report = nlohmann::json::parse(done.out);
  const auto fresh = cloudenc_json({in, "-o", path("fresh.webm"), "--jobs", "1"});
  EXPECT_LE(report["tasks_executed"].get<std::size_t>() + known.size(),
            fresh["tasks_executed"].get<std::size_t>() + 2)
      << "only what was missing";
  EXPECT_EQ(read_file(path("out.webm")), read_file(path("fresh.webm")));
}

TEST_F(CloudencKilled, DamagedBlobsAreMadeAgain) {
  const std::string in = clip("in.mp4", 40);
  const std::vector<std::string> arguments = {in,  "-o",      path("out.webm"), "--chunk",
                                              "4", "--store", path("s")};
  cloudenc_json(arguments);
  const ByteVector expected = read_file(path("out.webm"));
  Random random(seed_or(81));
  for (const int damaged : {2, 3}) {  // of three blobs
    SCOPED_TRACE(damaged);
    for (const auto& entry : fs::recursive_directory_iterator(path("s") + "/blobs"))
      if (entry.is_regular_file() && random.chance(damaged, 3))
        fs::resize_file(entry.path(), entry.file_size() / 2);
    fs::remove(path("out.webm"));
    cloudenc_json(arguments);
    EXPECT_EQ(read_file(path("out.webm")), expected);
  }
}

}  // namespace
}  // namespace skirret::test
