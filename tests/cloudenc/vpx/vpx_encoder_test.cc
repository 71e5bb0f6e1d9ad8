#include "cloudenc/vpx/vpx_encoder.hh"

#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::Picture;

std::vector<Picture> noisy_pictures(Random& random, codec::Dimensions size, int count) {
  std::vector<Picture> pictures;
  for (int i = 0; i < count; ++i) {
    codec::MutablePicture made(size);
    made.fill(90, 120, 130);
    const codec::MutablePlaneView luma = made.plane(codec::PlaneName::kY);
    for (int y = 0; y < luma.height; ++y)
      for (int x = 0; x < luma.width; ++x)
        luma.row(y)[x] =
            static_cast<std::uint8_t>(((x + 2 * i) / 5 * 37 + y / 7 * 53) % 150 + random.between(0, 40));
    pictures.emplace_back(std::move(made));
  }
  return pictures;
}

// Leaves freed memory full of `byte`, as other work in the process might.
void soil_the_heap(int byte) {
  std::vector<void*> blocks;
  for (std::size_t size = 24; size < 4096; size += 16) {
    for (int i = 0; i < 12; ++i) {
      blocks.push_back(std::malloc(size));
      if (blocks.back() != nullptr) std::memset(blocks.back(), byte, size);
    }
  }
  for (void* block : blocks) std::free(block);
}

// libvpx 1.12 reads beyond an array when it tunes for SSIM (padded_memory.cc).
TEST(EncodeChunk, FramesDependOnPicturesAlone) {
  for (const codec::Dimensions size : {codec::Dimensions{96, 64}, {320, 48}, {176, 144}}) {
    Random random(seed_or(50));
    const auto pictures = noisy_pictures(random, size, 5);
    const std::vector<int> quantizers = {20, 30, 30, 30, 30};
    std::vector<ByteVector> expected;
    for (const int byte : {0, 1, 255, 129, 3, 77}) {
      soil_the_heap(byte);
      const auto frames = cloudenc::encode_chunk(pictures, quantizers, cloudenc::VpxEffort::kGood);
      ASSERT_TRUE(frames.has_value()) << frames.error().message;
      if (expected.empty()) expected = *frames;
      ASSERT_EQ(*frames, expected) << size.width << "x" << size.height << " after " << byte;
    }
  }
}

TEST(EncodeChunk, OneKeyFrameThenInterframesAtTheirQuantizers) {
  Random random(seed_or(51));
  const auto pictures = noisy_pictures(random, {96, 64}, 8);
  for (const auto effort :
       {cloudenc::VpxEffort::kRealtime, cloudenc::VpxEffort::kVectors, cloudenc::VpxEffort::kQuick,
        cloudenc::VpxEffort::kGood, cloudenc::VpxEffort::kBest}) {
    const auto fine = cloudenc::encode_chunk(pictures, std::vector<int>(8, 8), effort);
    const auto coarse = cloudenc::encode_chunk(pictures, {{8, 50, 50, 50, 50, 50, 50, 50}}, effort);
    ASSERT_TRUE(fine.has_value() && coarse.has_value());
    ASSERT_EQ(fine->size(), 8u);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ((*fine)[i][0] & 1, i == 0 ? 0 : 1);
    EXPECT_EQ((*fine)[0], (*coarse)[0]);
    EXPECT_LT((*coarse)[1].size() * 2, (*fine)[1].size());
  }
}

TEST(FirstPass, TellsACutFromStillness) {
  Random random(seed_or(52));
  // Halved; halved to where its last macroblocks have no whole one of the picture's below; tiny.
  for (const codec::Dimensions size : {codec::Dimensions{96, 64}, {163, 98}, {48, 40}}) {
    auto pictures = noisy_pictures(random, size, 1);
    pictures.push_back(pictures[0]);
    pictures.push_back(pictures[0]);
    pictures.push_back(Picture::solid(size, 20, 128, 128));
    const auto frames = cloudenc::first_pass(pictures);
    ASSERT_TRUE(frames.has_value()) << frames.error().message;
    ASSERT_EQ(frames->size(), 4u);
    EXPECT_LT((*frames)[1].coded_error * 4, (*frames)[1].intra_error);
    EXPECT_GT((*frames)[2].inter_share, 900'000);
    EXPECT_LT((*frames)[3].inter_share, 500'000);
  }
}

}  // namespace
}  // namespace skirret::test
