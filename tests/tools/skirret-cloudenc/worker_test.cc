#include <csignal>

#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/blobs.hh"
#include "cloudenc/functions/registry.hh"
#include "cloudenc/store/folder_store.hh"
#include "tests/support/random.hh"
#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

namespace skirret::test {
namespace {

class Worker : public CloudencTest {};

// The worker is the same function in a process of its own.
TEST_F(Worker, TheWorkerRunsAnyThunk) {
  const std::string in = clip("in.mp4", 20);
  const auto plan = cloudenc_json({in, "-o", path("out.webm"), "--store", path("s"), "--plan-only"});
  cloudenc::Thunk thunk;
  thunk.function = "pictures";
  thunk.arguments = {{"first", 2}, {"count", 3}};
  thunk.arguments["environment"] = cloudenc::all_functions().find("pictures")->environment;
  for (const auto& node : plan["nodes"])
    if (node["function"] == "pictures")
      thunk.inputs = {{*cloudenc::ContentHash::parse(node["inputs"][0][0].get<std::string>())}};
  const ProcessResult done =
      run_process({program("skirret-worker"), thunk.canonical(), "--store", path("s"), "--json"});
  ASSERT_EQ(done.exit_code, 0) << done.describe();
  const auto report = nlohmann::json::parse(done.out);
  const auto store = *cloudenc::FolderStore::open(path("s"));
  const auto here = cloudenc::run_thunk(thunk, cloudenc::all_functions(), *store, {});
  ASSERT_TRUE(here.has_value());
  ASSERT_EQ(report["outputs"].size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(report["outputs"][i], here->outputs[i].hex());
  EXPECT_EQ(report["key"], thunk.key().hex());

  thunk.function = "unheard";
  ProcessOptions piped;
  piped.input = thunk.canonical();
  const ProcessResult refused = run_process({program("skirret-worker"), "-", "--store", path("s")}, piped);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("no function 'unheard'"), std::string::npos);
}

// It dies, and says so, rather than take more than it is given.
TEST_F(Worker, KeepsToItsLimits) {
  const auto store = *cloudenc::FolderStore::open(path("s"));
  Random random(seed_or(85));
  cloudenc::Thunk thunk;
  const auto functions = cloudenc::all_functions();
  const cloudenc::Function& chunk = *functions.find("chunk");
  thunk.function = "chunk";
  thunk.version = chunk.version;
  thunk.arguments = {{"effort", "best"}, {"quantizers", std::vector<int>(40, 2)}};
  thunk.arguments["environment"] = chunk.environment;
  thunk.inputs.resize(1);
  for (int i = 0; i < 40; ++i) {
    codec::MutablePicture picture({640, 480});
    for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
      const codec::MutablePlaneView plane = picture.plane(name);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) *plane.at(x, y) = static_cast<std::uint8_t>(random.below(256));
    }
    const auto hash = store->put(cloudenc::picture_blob(codec::Picture(std::move(picture))),
                                 cloudenc::Durability::kBuffered);
    thunk.inputs[0].push_back(*hash);
  }
  const auto run = [&](std::vector<std::string> limits) {
    ProcessOptions options;
    options.input = thunk.canonical();
    limits.insert(limits.begin(), {program("skirret-worker"), "-", "--store", path("s")});
    return run_process(std::move(limits), std::move(options));
  };
  const ProcessResult late = run({"--seconds", "1"});
  EXPECT_TRUE(late.signal == SIGALRM || late.signal == SIGKILL || late.signal == SIGXCPU) << late.describe();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const ProcessResult hungry = run({"--memory", "64"});
  EXPECT_NE(hungry.exit_code, 0) << hungry.describe();
#endif
  EXPECT_FALSE(store->record(thunk.key()).has_value()) << "nothing half done is a result";
}

}  // namespace
}  // namespace skirret::test
