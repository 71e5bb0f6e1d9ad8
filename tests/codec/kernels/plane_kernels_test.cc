// Each instruction set's plane kernels against scalar, at odd sizes and alignments.
#include "codec/kernels/plane_kernels.hh"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;

class PlanesOfSets : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!has_instruction_set(GetParam()))
      GTEST_SKIP() << "this machine or build has no " << instruction_set_name(GetParam());
    ASSERT_STREQ(vector().name, instruction_set_name(GetParam()));
  }
  const PlaneKernels& scalar_ = scalar_plane_kernels();
  const PlaneKernels& vector() const { return *plane_kernels_of(GetParam()); }
  Random random_{seed_or(41)};

  // Exactly as many samples as a plane has, so that sanitizers see what is read beyond them.
  std::vector<std::uint8_t> samples(int stride, int height) {
    std::vector<std::uint8_t> drawn(static_cast<std::size_t>(stride * height));
    const int kind = random_.between(0, 2);
    for (auto& sample : drawn)
      sample = static_cast<std::uint8_t>(kind == 0 ? 255 * random_.between(0, 1) : random_.between(0, 255));
    return drawn;
  }
};

TEST_P(PlanesOfSets, SquaredErrorsEqualScalar) {
  for (int round = 0; round < 600; ++round) {
    const int width = random_.between(1, 150), height = random_.between(1, 20);
    const int stride_a = width + random_.between(0, 9), stride_b = width + random_.between(0, 9);
    const auto a = samples(stride_a, height), b = samples(stride_b, height);
    ASSERT_EQ(scalar_.squared_error(a.data(), stride_a, b.data(), stride_b, width, height),
              vector().squared_error(a.data(), stride_a, b.data(), stride_b, width, height))
        << width << "x" << height;
  }
}

TEST_P(PlanesOfSets, TheLargestSquaredErrorFits) {
  constexpr int kWidth = 16384;
  const std::vector<std::uint8_t> black(kWidth, 0), white(kWidth, 255);
  EXPECT_EQ(vector().squared_error(black.data(), 0, white.data(), 0, kWidth, 100),
            std::uint64_t{kWidth} * 100 * 255 * 255);
}

TEST_P(PlanesOfSets, BlockSumsEqualScalar) {
  for (int round = 0; round < 600; ++round) {
    const int blocks = random_.between(1, 40);
    const auto count = static_cast<std::size_t>(blocks);
    const int stride_a = 4 * blocks + random_.between(0, 9), stride_b = 4 * blocks + random_.between(0, 9);
    const auto a = samples(stride_a, 4), b = samples(stride_b, 4);
    std::vector<std::int32_t> sums[2][4];
    for (int i = 0; i < 2; ++i) {
      for (auto& each : sums[i]) each.resize(count);
      auto& [sa, sb, squares, products] = sums[i];
      (i == 0 ? scalar_ : vector())
          .block_sums(a.data(), stride_a, b.data(), stride_b, blocks,
                      {sa.data(), sb.data(), squares.data(), products.data()});
    }
    for (int i = 0; i < 4; ++i) ASSERT_EQ(sums[0][i], sums[1][i]) << blocks << " blocks, sum " << i;
  }
}

TEST_P(PlanesOfSets, CopiesWithMarginEqualScalar) {
  for (int round = 0; round < 200; ++round) {
    const int width = random_.between(1, 100), height = random_.between(1, 12);
    const int margin = random_.between(0, 70), stride = width + 2 * margin + random_.between(0, 5);
    const auto from = samples(width, height);
    const PlaneView plane{from.data(), width, width, height};
    const auto before = samples(stride, height + 2 * margin + 1);
    auto expected = before, actual = before;
    const std::ptrdiff_t origin = margin * stride + margin;
    scalar_.copy_with_margin(plane, margin, expected.data() + origin, stride);
    vector().copy_with_margin(plane, margin, actual.data() + origin, stride);
    ASSERT_EQ(expected, actual) << width << "x" << height << " margin " << margin;
  }
}

TEST_P(PlanesOfSets, ClampedCopiesEqualScalarWhereverTheyAre) {
  constexpr int kRows = 21;
  for (int round = 0; round < 4000; ++round) {
    const int plane_width = 8 * random_.between(1, 6), plane_height = 8 * random_.between(1, 4);
    const auto from = samples(plane_width, plane_height);
    const PlaneView plane{from.data(), plane_width, plane_width, plane_height};
    const int reach = random_.chance(1, 8) ? 20000 : 60;
    const int left = random_.between(-reach, reach), top = random_.between(-reach, reach);
    const int width = random_.between(1, 32), height = random_.between(1, kRows);
    std::array<std::uint8_t, kRows * kPatchStride> expected{}, actual{};
    scalar_.copy_clamped(plane, left, top, width, height, expected.data());
    vector().copy_clamped(plane, left, top, width, height, actual.data());
    for (int y = 0; y < height; ++y)
      ASSERT_TRUE(std::equal(expected.data() + y * kPatchStride, expected.data() + y * kPatchStride + width,
                             actual.data() + y * kPatchStride))
          << plane_width << "x" << plane_height << " from " << left << "," << top << " line " << y;
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, PlanesOfSets,
                         testing::Values(InstructionSet::kSse4, InstructionSet::kNeon, InstructionSet::kAvx2,
                                         InstructionSet::kAvx512),
                         [](const auto& set) { return std::string(instruction_set_name(set.param)); });

TEST(PlaneKernels, AreThoseOfTheChosenInstructionSet) {
  EXPECT_STREQ(plane_kernels().name, instruction_set_name(chosen_instruction_set()));
}

// The scalar form by its meaning: what lies outside is the nearest edge sample.
TEST(PlaneKernels, AMarginRepeatsTheNearestEdge) {
  const std::vector<std::uint8_t> from = {1, 2, 3, 4, 5, 6};
  std::vector<std::uint8_t> to(7 * 6);
  scalar_plane_kernels().copy_with_margin({from.data(), 3, 3, 2}, 2, to.data() + 2 * 7 + 2, 7);
  EXPECT_EQ(to, (std::vector<std::uint8_t>{1, 1, 1, 2, 3, 3, 3, 1, 1, 1, 2, 3, 3, 3, 1, 1, 1, 2, 3, 3, 3,
                                           4, 4, 4, 5, 6, 6, 6, 4, 4, 4, 5, 6, 6, 6, 4, 4, 4, 5, 6, 6, 6}));
}

}  // namespace
}  // namespace skirret::test
