#include <map>

#include <gtest/gtest.h>

#include "cloudenc/engine/local_engine.hh"
#include "tests/cloudenc/job/small_job.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

using namespace cloudenc;

// How many tasks of each function ran.
using Runs = std::map<std::string, int>;

class JobReuse : public testing::Test {
 protected:
  void SetUp() override { write_recording(folder_ / "in.y4m", 20); }

  Runs run(const Registry& registry) {
    Runs runs;
    run_job(
        folder_ / "in.y4m", folder_.path(),
        [](Runner runner) { return std::make_unique<LocalEngine>(LocalOptions{2}, std::move(runner)); },
        [&](const JobEvent& event) {
          if (event.attempt) ++runs[event.node->function];
        },
        registry);
    return runs;
  }

  TemporaryFolder folder_;
};

TEST_F(JobReuse, AnotherLibraryRunsOnlyWhatIsMadeWithIt) {
  const Runs first = run(all_functions());
  EXPECT_EQ(first.at("chunk"), 7);
  EXPECT_EQ(run(all_functions()), Runs{});

  Registry other = all_functions();
  Function chunk = *other.find("chunk");
  chunk.environment["libvpx"] = "another";
  other.add(chunk);
  EXPECT_EQ(run(other), (Runs{{"chunk", 7}})) << "its results are the same bytes: what follows is known";

  Function stitch = *other.find("stitch");
  ++stitch.version;
  other.add(stitch);
  EXPECT_EQ(run(other), (Runs{{"stitch", first.at("stitch")}}));
}

TEST_F(JobReuse, WhatDependsOnALibrarySaysSo) {
  const Registry registry = all_functions();
  const std::map<std::string, std::string> library = {{"chunk", "libvpx"},
                                                      {"first_pass", "libvpx"},
                                                      {"index", "ffmpeg"},
                                                      {"pictures", "ffmpeg"},
                                                      {"sound", "opus"}};
  for (const auto& [function, name] : library) {
    SCOPED_TRACE(function);
    const Arguments& environment = registry.find(function)->environment;
    EXPECT_FALSE(environment.at(name).get<std::string>().empty());
    EXPECT_FALSE(environment.at("architecture").get<std::string>().empty());
  }
  for (const char* ours : {"bridge", "rebase", "stitch"})
    EXPECT_TRUE(registry.find(ours)->environment.empty()) << ours << " gives the same bytes everywhere";
}

}  // namespace
}  // namespace skirret::test
