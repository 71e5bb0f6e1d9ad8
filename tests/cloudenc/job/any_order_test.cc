#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/engine/local_engine.hh"
#include "tests/cloudenc/job/small_job.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using namespace cloudenc;

// Runs whichever task the dice say, when it is asked for a result.
class ShuffledEngine final : public Engine {
 public:
  ShuffledEngine(std::uint64_t seed, Runner runner) : random_(seed), runner_(std::move(runner)) {}

  TaskId submit(Task task) override {
    waiting_.emplace_back(next_id_, std::move(task));
    return next_id_++;
  }
  std::optional<Finished> next(Duration) override {
    if (waiting_.empty()) return std::nullopt;
    const auto chosen = waiting_.begin() + static_cast<std::ptrdiff_t>(random_.below(waiting_.size()));
    const auto [id, task] = std::move(*chosen);
    waiting_.erase(chosen);
    return Finished{id, runner_(task.thunk, {}), {}, 1};
  }
  void cancel(TaskId id) override {
    std::erase_if(waiting_, [id](const auto& item) { return item.first == id; });
  }
  int width() const override { return 3; }

 private:
  Random random_;
  Runner runner_;
  std::vector<std::pair<TaskId, Task>> waiting_;
  TaskId next_id_ = 1;
};

class JobInAnyOrder : public testing::Test {
 protected:
  void SetUp() override { write_recording(folder_ / "in.y4m", 25); }

  ByteVector encoded(const std::string& name, const MakeEngine& engine) {
    fs::create_directory(folder_ / name);
    tasks_ = run_job(folder_ / "in.y4m", folder_ / name, engine);
    return read_file(folder_ / name / "out.webm");
  }
  ByteVector plainly_encoded() {
    return encoded("plain", [](Runner runner) {
      return std::make_unique<LocalEngine>(LocalOptions{1}, std::move(runner));
    });
  }

  TemporaryFolder folder_;
  std::uint64_t tasks_ = 0;
};

TEST_F(JobInAnyOrder, GivesTheSameBytes) {
  const ByteVector expected = plainly_encoded();
  const std::uint64_t seed = seed_or(92);
  for (std::uint64_t round = 0; round < 4; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " round " << round);
    EXPECT_EQ(encoded(std::to_string(round),
                      [&](Runner runner) {
                        return std::make_unique<ShuffledEngine>(seed + round, std::move(runner));
                      }),
              expected);
  }
}

// Every task that can be is run twice at the same time.
TEST_F(JobInAnyOrder, StragglersRunTwiceGiveTheSameBytes) {
  const ByteVector expected = plainly_encoded();
  const std::uint64_t tasks = tasks_;
  std::atomic<std::uint64_t> runs = 0;
  EXPECT_EQ(encoded("twice",
                    [&](Runner runner) {
                      LocalOptions options{4};
                      options.straggler = Duration(0);
                      return std::make_unique<LocalEngine>(
                          options,
                          [&runs, runner = std::move(runner)](const Thunk& thunk, std::stop_token stop) {
                            ++runs;
                            return runner(thunk, std::move(stop));
                          });
                    }),
            expected);
  EXPECT_EQ(tasks_, tasks) << "each is told of once";
  EXPECT_GT(runs, tasks);
}

TEST_F(JobInAnyOrder, TasksThatFailAtFirstGiveTheSameBytes) {
  const ByteVector expected = plainly_encoded();
  std::mutex mutex;
  std::map<ContentHash, int> tries;
  EXPECT_EQ(
      encoded("failing",
              [&](Runner runner) {
                return std::make_unique<LocalEngine>(
                    LocalOptions{2},
                    [&, runner = std::move(runner)](const Thunk& thunk, std::stop_token stop) -> RunResult {
                      {
                        const std::scoped_lock lock(mutex);
                        if (++tries[thunk.key()] < 3)
                          return tl::unexpected<Failure>(
                              Failure{true, {ErrorCode::kLimit, "out of memory"}, std::nullopt});
                      }
                      return runner(thunk, std::move(stop));
                    });
              }),
      expected);
  for (const auto& [key, count] : tries) EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace skirret::test
