#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/engine/local_engine.hh"
#include "tests/cloudenc/job/small_job.hh"
#include "tests/cloudenc/store/model_disk.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using namespace cloudenc;

class JobPowerLoss : public testing::Test {
 protected:
  std::uint64_t encode(const fs::path& root, const std::function<void(const JobEvent&)>& watch) {
    const auto engine = [](Runner runner) {
      return std::make_unique<LocalEngine>(LocalOptions{2}, std::move(runner));
    };
    return run_job(folder_ / "in.y4m", root, engine, watch);
  }

  TemporaryFolder folder_;
};

TEST_F(JobPowerLoss, OnlyWhatMayGoIsMadeAgain) {
  write_recording(folder_ / "in.y4m", 17);
  fs::create_directory(folder_ / "disk");
  const ModelDisk disk;
  const Registry registry = all_functions();
  std::set<std::string> done;
  std::vector<std::set<std::string>> done_by;  // each loss of power
  Random random(seed_or(91));
  encode(folder_ / "disk", [&](const JobEvent& event) {
    // Pictures and rebased states need not outlast it.
    if (registry.find(event.node->function)->transient_from == kNoOutput) done.insert(event.node->label);
    if (!random.chance(1, 2)) return;
    disk.lose_power(folder_ / "disk", folder_ / ("left" + std::to_string(done_by.size())));
    done_by.push_back(done);
  });
  ASSERT_GE(done_by.size(), 4u);
  const ByteVector expected = read_file(folder_ / "disk" / "out.webm");
  for (std::size_t i = 0; i < done_by.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "loss " << i << " after " << done_by[i].size() << " tasks");
    const fs::path left = folder_ / ("left" + std::to_string(i));
    EXPECT_FALSE(fs::exists(left / "out.webm"));
    encode(left, [&](const JobEvent& event) {
      if (event.attempt) {
        EXPECT_FALSE(done_by[i].contains(event.node->label)) << event.node->label << " was finished";
      }
    });
    EXPECT_EQ(read_file(left / "out.webm"), expected);
  }
}

TEST_F(JobPowerLoss, AFinishedOutputIsOnDisk) {
  write_recording(folder_ / "in.y4m", 5);
  fs::create_directory(folder_ / "disk");
  const ModelDisk disk;
  EXPECT_GT(encode(folder_ / "disk", [](const JobEvent&) {}), 0u);
  disk.lose_power(folder_ / "disk", folder_ / "left");
  ASSERT_TRUE(fs::exists(folder_ / "left" / "out.webm"));
  EXPECT_EQ(read_file(folder_ / "left" / "out.webm"), read_file(folder_ / "disk" / "out.webm"));
  EXPECT_EQ(encode(folder_ / "left", [](const JobEvent&) {}), 0u);
}

}  // namespace
}  // namespace skirret::test
