#include "codec/kernels/encoder_kernels.hh"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::BlockQuantizer;
using codec::EncoderKernels;
using codec::InstructionSet;

constexpr int kStride = 64;

// Pixels of several characters: noise, extremes, smooth.
std::vector<std::uint8_t> random_area(Random& random) {
  std::vector<std::uint8_t> area(kStride * 64);
  const int character = random.between(0, 2);
  for (std::size_t i = 0; i < area.size(); ++i) {
    const int smooth = static_cast<int>(i % kStride + i / kStride);
    area[i] = static_cast<std::uint8_t>(character == 0   ? random.between(0, 255)
                                        : character == 1 ? 255 * random.between(0, 1)
                                                         : smooth + random.between(0, 3));
  }
  return area;
}

BlockQuantizer random_quantizer(Random& random) {
  BlockQuantizer q{};
  const int step = random.between(4, 157);
  for (int i = 0; i < 16; ++i) {
    q.step[i] = static_cast<std::int16_t>(step);
    q.round[i] = static_cast<std::int16_t>(random.between(0, step / 2));
    q.reciprocal[i] = static_cast<std::uint16_t>((65536 + step - 1) / step);
  }
  return q;
}

class VectorKernels : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!codec::has_instruction_set(GetParam()))
      GTEST_SKIP() << "this machine or build has no " << codec::instruction_set_name(GetParam());
  }
};

INSTANTIATE_TEST_SUITE_P(Sets, VectorKernels,
                         testing::Values(InstructionSet::kSse4, InstructionSet::kNeon, InstructionSet::kAvx2,
                                         InstructionSet::kAvx512),
                         [](const auto& set) { return std::string(codec::instruction_set_name(set.param)); });

TEST_P(VectorKernels, EqualScalar) {
  const EncoderKernels& scalar = codec::scalar_encoder_kernels();
  const EncoderKernels* fast = codec::encoder_kernels_of(GetParam());
  ASSERT_NE(fast, nullptr);
  EXPECT_STREQ(fast->name, codec::instruction_set_name(GetParam()));
  Random random(seed_or(1));
  for (int round = 0; round < 300; ++round) {
    const auto a = random_area(random), b = random_area(random);
    const std::uint8_t* pa = a.data() + random.between(3, 20) + kStride * random.between(3, 20);
    const std::uint8_t* pb = b.data() + random.between(3, 20) + kStride * random.between(3, 20);
    for (const auto member :
         {&EncoderKernels::sad_16x16, &EncoderKernels::sad_16x8, &EncoderKernels::sad_8x16,
          &EncoderKernels::sad_8x8, &EncoderKernels::sad_4x4, &EncoderKernels::satd_16x16,
          &EncoderKernels::satd_16x8, &EncoderKernels::satd_8x16, &EncoderKernels::satd_8x8,
          &EncoderKernels::satd_4x4, &EncoderKernels::variance_16x16, &EncoderKernels::variance_16x8,
          &EncoderKernels::variance_8x16, &EncoderKernels::variance_8x8, &EncoderKernels::variance_4x4,
          &EncoderKernels::sse_16x16, &EncoderKernels::sse_8x8})
      ASSERT_EQ((scalar.*member)(pa, kStride, pb, kStride), (fast->*member)(pa, kStride, pb, kStride));
    for (const auto member : {&EncoderKernels::four_sads_16x16, &EncoderKernels::four_sads_8x8}) {
      const std::uint8_t* const four[4] = {pb, pb + 1, pa + 3, pb + 5 * kStride};
      std::uint32_t sums[4], fast_sums[4];
      (scalar.*member)(pa, kStride, four, kStride, sums);
      (fast->*member)(pa, kStride, four, kStride, fast_sums);
      for (int i = 0; i < 4; ++i) ASSERT_EQ(sums[i], fast_sums[i]);
    }
    std::uint32_t satds[4], fast_satds[4];
    scalar.four_satds_4x4(pa, kStride, pb, satds);
    fast->four_satds_4x4(pa, kStride, pb, fast_satds);
    for (int i = 0; i < 4; ++i) {
      ASSERT_EQ(satds[i], fast_satds[i]);
      ASSERT_EQ(satds[i], scalar.satd_4x4(pa, kStride, pb + 16 * i, 4));
    }
    alignas(32) std::array<std::int16_t, 64> expected{}, actual{};
    for (const auto member :
         {&EncoderKernels::fdct_16x4, &EncoderKernels::fdct_8x8, &EncoderKernels::fdct_4x4}) {
      (scalar.*member)(pa, kStride, pb, kStride, expected.data());
      (fast->*member)(pa, kStride, pb, kStride, actual.data());
      ASSERT_EQ(expected, actual);
    }
    const BlockQuantizer quantizer = random_quantizer(random);
    alignas(32) std::array<std::int16_t, 16> levels{}, fast_levels{};
    const auto quantised = scalar.quantise(expected.data(), quantizer, levels.data());
    const auto fast_quantised = fast->quantise(expected.data(), quantizer, fast_levels.data());
    ASSERT_EQ(levels, fast_levels);
    ASSERT_EQ(quantised.end, fast_quantised.end);
    ASSERT_EQ(quantised.error, fast_quantised.error);
    std::array<codec::Magnitude, 4> sizes{}, fast_sizes{};
    scalar.magnitude_of_4(expected.data(), sizes.data());
    fast->magnitude_of_4(expected.data(), fast_sizes.data());
    for (std::size_t block = 0; block < 4; ++block) {
      const auto one = scalar.magnitude(&expected[16 * block]), same = fast->magnitude(&expected[16 * block]);
      for (const codec::Magnitude& size : {same, sizes[block], fast_sizes[block]}) {
        ASSERT_EQ(size.energy, one.energy);
        ASSERT_EQ(size.peak, one.peak);
      }
    }
  }
}

TEST_P(VectorKernels, WalshHadamardEqualsScalar) {
  const EncoderKernels* fast = codec::encoder_kernels_of(GetParam());
  Random random(seed_or(4));
  for (int round = 0; round < 3000; ++round) {
    constexpr std::array<int, 4> kReach = {1, 30, 400, 2047};
    const int reach = kReach[random.below(4)];
    std::array<std::int16_t, 16> dcs{}, expected{}, actual{};
    for (auto& dc : dcs)
      dc = static_cast<std::int16_t>(random.chance(1, 4) ? reach * (2 * random.between(0, 1) - 1)
                                                         : random.between(-reach, reach));
    if (round < 2) dcs.fill(static_cast<std::int16_t>(round == 0 ? 2047 : -2047));
    codec::scalar_encoder_kernels().fwht(dcs.data(), expected.data());
    fast->fwht(dcs.data(), actual.data());
    ASSERT_EQ(expected, actual);
  }
}

// The largest differences there are, and what is the same everywhere.
TEST_P(VectorKernels, MeasureExtremes) {
  const EncoderKernels* fast = codec::encoder_kernels_of(GetParam());
  const std::vector<std::uint8_t> white(kStride * 16, 255), black(kStride * 16, 0);
  std::vector<std::uint8_t> half = black;
  for (std::size_t i = 0; i < half.size(); i += 2) half[i] = 255;
  EXPECT_EQ(fast->sad_16x16(white.data(), kStride, black.data(), kStride), 256u * 255);
  EXPECT_EQ(fast->sse_16x16(black.data(), kStride, white.data(), kStride), 256u * 255 * 255);
  EXPECT_EQ(fast->variance_16x16(white.data(), kStride, black.data(), 0), 0u);
  EXPECT_EQ(fast->variance_16x16(black.data(), kStride, white.data(), kStride), 0u);
  EXPECT_EQ(fast->variance_16x16(half.data(), kStride, black.data(), 0), 256u * 255 * 255 / 4);
  EXPECT_EQ(fast->variance_4x4(half.data(), kStride, black.data(), kStride), 16u * 255 * 255 / 4);
}

TEST_P(VectorKernels, SixTapEqualsScalarAtEveryFraction) {
  const EncoderKernels& scalar = codec::scalar_encoder_kernels();
  const EncoderKernels* fast = codec::encoder_kernels_of(GetParam());
  Random random(seed_or(2));
  for (int round = 0; round < 640; ++round) {
    const auto area = random_area(random);
    const std::uint8_t* at = area.data() + random.between(3, 20) + kStride * random.between(3, 20);
    for (const auto member :
         {&EncoderKernels::sixtap_16, &EncoderKernels::sixtap_8, &EncoderKernels::sixtap_4}) {
      const int rows = 4 << random.between(0, 2);
      std::array<std::uint8_t, 256> expected{}, actual{};
      (scalar.*member)(at, kStride, round % 8, round / 8 % 8, expected.data(), 16, rows);
      (fast->*member)(at, kStride, round % 8, round / 8 % 8, actual.data(), 16, rows);
      ASSERT_EQ(expected, actual) << round % 8 << ' ' << round / 8 % 8;
    }
  }
}

TEST(EncoderKernels, AreThoseOfTheChosenInstructionSet) {
  EXPECT_STREQ(codec::encoder_kernels().name, codec::instruction_set_name(codec::chosen_instruction_set()));
}

TEST(EncoderKernels, ForwardTransformsHaveTheFormatsAmplitude) {
  const EncoderKernels& kernels = codec::scalar_encoder_kernels();
  std::array<std::uint8_t, 16> source{}, prediction{};
  source.fill(100);
  prediction.fill(90);
  std::array<std::int16_t, 16> out{};
  kernels.fdct_4x4(source.data(), 4, prediction.data(), 4, out.data());
  EXPECT_EQ(out[0], 80);
  for (int i = 1; i < 16; ++i) EXPECT_EQ(out[static_cast<std::size_t>(i)], 0);
  std::array<std::int16_t, 16> dcs{};
  dcs.fill(80);
  kernels.fwht(dcs.data(), out.data());
  EXPECT_EQ(out[0], 640);
  for (int i = 1; i < 16; ++i) EXPECT_EQ(out[static_cast<std::size_t>(i)], 0);
}

// Random levels through the inverse transform's definition must come back through ours.
TEST(EncoderKernels, WalshHadamardInvertsTheFormats) {
  const EncoderKernels& kernels = codec::scalar_encoder_kernels();
  Random random(seed_or(3));
  for (int round = 0; round < 200; ++round) {
    std::array<std::int16_t, 16> dcs{}, out{};
    for (auto& dc : dcs) dc = static_cast<std::int16_t>(random.between(-2000, 2000));
    kernels.fwht(dcs.data(), out.data());
    constexpr int kSigns[4][4] = {{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}};
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 4; ++x) {  // RFC 6386 section 14.3: sum, plus 3, shifted by 3
        int sum = 3;
        for (int v = 0; v < 4; ++v)
          for (int h = 0; h < 4; ++h)
            sum += kSigns[v][y] * kSigns[h][x] * out[static_cast<std::size_t>(v * 4 + h)];
        EXPECT_NEAR(sum >> 3, dcs[static_cast<std::size_t>(y * 4 + x)], 1);
      }
  }
}

}  // namespace
}  // namespace skirret::test
