#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "cloudenc/engine/engine.hh"
#include "cloudenc/engine/run_thunk.hh"
#include "cloudenc/functions/registry.hh"
#include "cloudenc/job/job.hh"
#include "codec/container/y4m.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// Small moving, noisy pictures.
inline void write_recording(const std::filesystem::path& path, int count) {
  Random random(seed_or(90));
  auto writer = codec::Y4mWriter::create(path, {{32, 32}}).value();
  for (int i = 0; i < count; ++i) {
    codec::MutablePicture picture({32, 32});
    for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
      const codec::MutablePlaneView plane = picture.plane(name);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          *plane.at(x, y) = static_cast<std::uint8_t>((x + 2 * i) * 7 % 200 + random.between(0, 20));
    }
    if (!writer.write(codec::Picture(std::move(picture)))) throw std::runtime_error("cannot write");
  }
  if (!writer.finish()) throw std::runtime_error("cannot write");
}

using Runner = std::function<cloudenc::RunResult(const cloudenc::Thunk&, std::stop_token)>;
using MakeEngine = std::function<std::unique_ptr<cloudenc::Engine>(Runner)>;

// A whole job in `root`: the store there, and out.webm. Gives how many tasks ran.
inline std::uint64_t run_job(
    const std::filesystem::path& input, const std::filesystem::path& root, const MakeEngine& make_engine,
    const std::function<void(const cloudenc::JobEvent&)>& watch = [](const cloudenc::JobEvent&) {},
    const cloudenc::Registry& registry = cloudenc::all_functions()) {
  const auto store = cloudenc::FolderStore::open(root / "store").value();
  const auto engine = make_engine([&](const cloudenc::Thunk& thunk, std::stop_token stop) {
    return cloudenc::run_thunk(thunk, registry, *store, std::move(stop));
  });
  cloudenc::JobOptions options;
  options.input = input;
  options.output = root / "out.webm";
  options.encode.division = {3, 3};
  options.encode.effort = "rt";
  cloudenc::JobWatcher watcher;
  watcher.event = watch;
  const auto result = cloudenc::Job(options, *store, *engine, registry, 1 << 30, watcher).run();
  if (!result) throw std::runtime_error(result.error().message);
  return result->executed;
}

}  // namespace skirret::test
