#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/engine/local_engine.hh"
#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/registry.hh"
#include "cloudenc/job/job.hh"
#include "codec/container/y4m.hh"
#include "tests/cloudenc/store/model_disk.hh"
#include "tests/support/process.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using namespace cloudenc;

void write_recording(const fs::path& path, int count) {
  Random random(seed_or(90));
  auto writer = *codec::Y4mWriter::create(path, {{32, 32}});
  for (int i = 0; i < count; ++i) {
    codec::MutablePicture picture({32, 32});
    for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
      const codec::MutablePlaneView plane = picture.plane(name);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          *plane.at(x, y) = static_cast<std::uint8_t>((x + 2 * i) * 7 % 200 + random.between(0, 20));
    }
    ASSERT_TRUE(writer.write(codec::Picture(std::move(picture))).has_value());
  }
  ASSERT_TRUE(writer.finish().has_value());
}

class JobPowerLoss : public testing::Test {
 protected:
  using Watch = std::function<void(const JobEvent&)>;

  // The whole job in `root`: the store there, and the output. Gives how many tasks ran.
  std::uint64_t encode(const fs::path& root, const Watch& watch) {
    const auto store = *FolderStore::open(root / "store");
    const Registry registry = all_functions();
    LocalEngine engine({2}, [&](const Thunk& thunk, std::stop_token stop) {
      return run_thunk(thunk, registry, *store, std::move(stop));
    });
    JobOptions options;
    options.input = folder_ / "in.y4m";
    options.output = root / "out.webm";
    options.encode.division = {3, 3};
    options.encode.effort = "rt";
    JobWatcher watcher;
    watcher.event = watch;
    const auto result = Job(options, *store, engine, registry, 1 << 30, watcher).run();
    if (!result) throw std::runtime_error(result.error().message);
    return result->executed;
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
