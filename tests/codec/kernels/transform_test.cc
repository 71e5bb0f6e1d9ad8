#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "codec/kernels/inverse_transform.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;
using Block = std::array<std::int16_t, 16>;

// The transform as a formula: orthonormal 4x4 inverse DCT, in VP8's scale of 1/2 (rows and columns each
// sqrt(1/2) of orthonormal), rounded once at the end.
std::array<double, 16> real_inverse_dct(const Block& in) {
  std::array<double, 16> out{};
  const auto basis = [](int k, int x) {
    return k == 0 ? 1.0 : std::numbers::sqrt2 * std::cos((2 * x + 1) * k * std::numbers::pi / 8);
  };
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      for (int v = 0; v < 4; ++v)
        for (int u = 0; u < 4; ++u)
          out[static_cast<std::size_t>(4 * y + x)] +=
              in[static_cast<std::size_t>(4 * v + u)] * basis(v, y) * basis(u, x) / 8;
  return out;
}

TEST(InverseDct, IsTheCosineTransformWithinRounding) {
  const auto seed = seed_or(31);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 500; ++round) {
    Block in{};
    for (auto& c : in) c = static_cast<std::int16_t>(random.between(-60, 60));
    std::array<std::uint8_t, 16> samples;
    samples.fill(128);
    inverse_dct_add(in.data(), samples.data(), 4);
    const auto exact = real_inverse_dct(in);
    for (std::size_t i = 0; i < 16; ++i)
      ASSERT_NEAR(samples[i], std::clamp(128 + exact[i], 0.0, 255.0), 1.6) << i;
  }
}

TEST(InverseDct, OfALoneDcIsTheShortForm) {
  for (int dc = -32768; dc <= 32767; ++dc) {
    Block in{};
    in[0] = static_cast<std::int16_t>(dc);
    std::array<std::uint8_t, 16> whole, brief;
    whole.fill(100);
    brief.fill(100);
    inverse_dct_add(in.data(), whole.data(), 4);
    inverse_dct_dc_add(in[0], brief.data(), 4);
    ASSERT_EQ(whole, brief) << dc;
  }
}

TEST(InverseWht, IsTheHadamardTransformWithoutOverflow) {
  const auto seed = seed_or(32);
  SCOPED_TRACE(seed);
  Random random(seed);
  // Signs of the four basis functions, in the order of VP8's coefficients.
  static constexpr int kSigns[4][4] = {{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}};
  for (int round = 0; round < 500; ++round) {
    Block in{};
    for (auto& c : in) c = static_cast<std::int16_t>(random.between(-1000, 1000));
    const Block out = inverse_wht(in);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 4; ++x) {
        int sum = 3;
        for (int v = 0; v < 4; ++v)
          for (int u = 0; u < 4; ++u)
            sum += in[static_cast<std::size_t>(4 * v + u)] * kSigns[v][y] * kSigns[u][x];
        ASSERT_EQ(out[static_cast<std::size_t>(4 * y + x)], sum >> 3);
      }
    }
  }
}

TEST(InverseWht, OfALoneDcIsTheShortFormBelowOverflow) {
  for (int dc = -32768; dc <= 32764; ++dc) {
    Block in{};
    in[0] = static_cast<std::int16_t>(dc);
    Block flat;
    flat.fill(inverse_wht_dc(in[0]));
    ASSERT_EQ(inverse_wht(in), flat) << dc;
  }
  EXPECT_EQ(inverse_wht_dc(32767), 4096);
}

}  // namespace
}  // namespace skirret::test
