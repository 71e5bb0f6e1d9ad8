#include "tools/skirret-bench/picture_quality.hh"

#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

using codec::Dimensions;
using codec::Picture;
using ::testing::HasSubstr;

// Flat pictures of the given greys.
PictureStream greys(std::vector<std::uint8_t> values, Dimensions size = {.width = 32, .height = 16}) {
  return [values, size, next = std::size_t{0}]() mutable -> Result<std::optional<Picture>> {
    if (next == values.size()) return std::nullopt;
    return Picture::solid(size, values[next++], 128, 128);
  };
}

std::vector<Shown> frames(std::initializer_list<std::uint64_t> numbers) {
  std::vector<Shown> shown;
  for (const std::uint64_t number : numbers) shown.push_back({.at = {}, .frame = number});
  return shown;
}

const auto kSilent = [](std::size_t) {};

TEST(PictureQuality, ComparesByFrameNumber) {
  // Shown: frames 0, 2 and 3 of four; frame 2 was shown 3 grey levels off, so its mean squared error is 9.
  const auto measured =
      measure_shown(frames({0, 2, 3}), greys({10, 33, 40}), greys({10, 20, 30, 40}), kSilent);
  ASSERT_TRUE(measured) << measured.error().message;
  ASSERT_EQ(measured->size(), 3u);
  EXPECT_EQ((*measured)[1].frame, 2u);
  EXPECT_DOUBLE_EQ((*measured)[0].mse_y, 0);
  EXPECT_DOUBLE_EQ((*measured)[1].mse_y, 9);
  EXPECT_DOUBLE_EQ((*measured)[2].mse_y, 0);
  EXPECT_DOUBLE_EQ((*measured)[0].ssim_y, 1);
  EXPECT_LT((*measured)[1].ssim_y, 1);
}

TEST(PictureQuality, EndsWithAShorterRecording) {
  const auto measured = measure_shown(frames({0, 1, 2}), greys({10, 20}), greys({10, 20, 30}), kSilent);
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->size(), 2u);
}

TEST(PictureQuality, RefusesASourceThatIsNotTheCalls) {
  const auto shorter = measure_shown(frames({0, 5}), greys({10, 20}), greys({10, 20}), kSilent);
  ASSERT_FALSE(shorter);
  EXPECT_THAT(shorter.error().message, HasSubstr("frame 5 was shown"));
  const auto smaller =
      measure_shown(frames({0}), greys({10}), greys({10}, {.width = 16, .height = 16}), kSilent);
  ASSERT_FALSE(smaller);
  EXPECT_THAT(smaller.error().message, HasSubstr("16x16"));
}

TEST(PictureQuality, PassesAReadErrorOn) {
  const PictureStream broken = []() -> Result<std::optional<Picture>> {
    return fail(ErrorCode::kIo, "disk on fire");
  };
  const auto measured = measure_shown(frames({0}), greys({10}), broken, kSilent);
  ASSERT_FALSE(measured);
  EXPECT_EQ(measured.error().message, "disk on fire");
}

}  // namespace
}  // namespace skirret::bench
