#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "codec/container/ivf.hh"
#include "tests/support/process.hh"

namespace skirret::test {

inline ProcessResult cloudenc(std::vector<std::string> arguments, ProcessOptions options = {}) {
  arguments.insert(arguments.begin(), program("skirret-cloudenc"));
  return run_process(std::move(arguments), std::move(options));
}

inline nlohmann::json cloudenc_json(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const ProcessResult result = cloudenc(std::move(arguments));
  if (result.exit_code != 0) throw std::runtime_error(result.describe());
  return nlohmann::json::parse(result.out);
}

// Small recordings made by ffmpeg, and folders that go with the test.
class CloudencTest : public testing::Test {
 protected:
  void SetUp() override {
    if (system_program("ffmpeg")) return;
    if (data_required()) FAIL() << "required program is missing: ffmpeg";
    GTEST_SKIP() << "needs the program ffmpeg";
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void ffmpeg(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"ffmpeg", "-v", "error", "-y"});
    const ProcessResult result = run_process(std::move(arguments));
    if (result.exit_code != 0) throw std::runtime_error(result.describe());
  }

  // `frames` moving, noisy pictures of `size` at 25 a second.
  std::string clip(const std::string& name, int frames, const std::string& size = "96x64",
                   std::vector<std::string> coding = {"-c:v", "libx264", "-g", "12", "-pix_fmt",
                                                      "yuv420p"}) const {
    std::vector<std::string> arguments = {"-f",        "lavfi",
                                          "-i",        "testsrc2=s=" + size + ":r=25",
                                          "-vf",       "noise=alls=9:allf=t:all_seed=3",
                                          "-frames:v", std::to_string(frames)};
    arguments.insert(arguments.end(), coding.begin(), coding.end());
    arguments.push_back(path(name));
    ffmpeg(arguments);
    return path(name);
  }

  static std::vector<ByteVector> ivf_frames(const std::string& file) {
    auto reader = codec::IvfReader::open(file);
    if (!reader) throw std::runtime_error(reader.error().message);
    std::vector<ByteVector> frames;
    while (true) {
      const auto frame = reader->next();
      if (!frame) throw std::runtime_error(frame.error().message);
      if (!*frame) return frames;
      frames.emplace_back((*frame)->data.begin(), (*frame)->data.end());
    }
  }

  static std::vector<std::size_t> key_frames(const std::vector<ByteVector>& frames) {
    std::vector<std::size_t> keys;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if ((frames[i].at(0) & 1) == 0) keys.push_back(i);
    return keys;
  }

  TemporaryFolder folder_;
};

}  // namespace skirret::test
