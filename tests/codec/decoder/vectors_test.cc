// Every frame of the 61 VP8 test vectors against the MD5 that libvpx printed for it.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/md5.h>
#include <libavutil/mem.h>
}

#include "codec/container/ivf.hh"
#include "codec/decoder/decoder.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "tests/codec/decoder/thread_executor.hh"
#include "tests/support/data.hh"

namespace skirret::test {
namespace {

using namespace codec;

std::string md5_of_display(const Picture& picture) {
  const std::unique_ptr<AVMD5, void (*)(void*)> md5(av_md5_alloc(), av_free);
  av_md5_init(md5.get());
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const PlaneView plane = picture.display_plane(name);
    for (int y = 0; y < plane.height; ++y)
      av_md5_update(md5.get(), plane.row(y), static_cast<std::size_t>(plane.width));
  }
  std::array<std::uint8_t, 16> digest{};
  av_md5_final(md5.get(), digest.data());
  std::string text;
  for (const auto byte : digest) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", byte);
    text += hex.data();
  }
  return text;
}

std::vector<std::string> expected_digests(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> digests;
  for (std::string digest, name; file >> digest >> name;) digests.push_back(digest);
  return digests;
}

std::vector<std::filesystem::path> streams_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".ivf") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

void expect_bit_exact(const std::filesystem::path& path, int& frames) {
  SCOPED_TRACE(path.filename().string());
  const auto digests = expected_digests(path.string() + ".md5");
  auto reader = IvfReader::open(path);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  const PicturePool pool;
  ThreadExecutor threads(2);
  State state;
  std::size_t shown = 0;
  while (true) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame.has_value()) << frame.error().message;
    if (!*frame) break;
    const auto decoded = decode(state, (*frame)->data);
    ASSERT_TRUE(decoded.has_value()) << "frame " << frames << ": " << decoded.error().message;
    EXPECT_FALSE(decoded->truncated);
    // With help, and with memory used before.
    const auto helped = decode(state, (*frame)->data, {}, {&pool, &threads});
    ASSERT_TRUE(helped.has_value());
    ASSERT_EQ(helped->next, decoded->next) << "frame " << shown;
    // The two halves apart give the same as the whole.
    const auto parsed = parse(state, (*frame)->data);
    ASSERT_TRUE(parsed.has_value());
    ASSERT_EQ(reconstruct(state, *parsed).next, decoded->next) << "frame " << shown;
    if (decoded->show) {
      ASSERT_LT(shown, digests.size());
      ASSERT_EQ(md5_of_display(decoded->shown), digests[shown]) << "frame " << shown;
      ++shown;
    }
    state = decoded->next;
    ++frames;
  }
  EXPECT_EQ(shown, digests.size());
}

TEST(TestVectors, EveryFrameIsBitExact) {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  if (asked != nullptr) {
    for (const InstructionSet set : kInstructionSets)
      if (std::string_view(asked) == instruction_set_name(set) && !has_instruction_set(set))
        GTEST_SKIP() << "this machine has no " << asked;
    ASSERT_STREQ(reconstruction_kernels().name, asked);
  }
  SKIRRET_DATA_FILE(folder, "vp8-test-vectors");
  const auto streams = streams_in(folder);
  EXPECT_EQ(streams.size(), 61u);
  int frames = 0;
  for (const auto& stream : streams) expect_bit_exact(stream, frames);
  EXPECT_GT(frames, 1500);
}

}  // namespace
}  // namespace skirret::test
