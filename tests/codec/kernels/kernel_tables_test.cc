// Every kernel of every instruction set against scalar, on random samples at odd strides and alignments.
#include <array>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "codec/kernels/reconstruction_kernels.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace codec;

class Canvas {
 public:
  static constexpr int kSide = 48;
  Canvas(Random& random, std::ptrdiff_t stride, int roughness) : stride_(stride) {
    samples_.resize(static_cast<std::size_t>(kSide * stride + 64));
    const int base = random.between(0, 255);
    for (auto& sample : samples_) {
      const int value = base + random.between(-roughness, roughness);
      sample = static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
    }
  }
  std::uint8_t* at(int x, int y) { return samples_.data() + y * stride_ + x; }
  std::ptrdiff_t stride() const { return stride_; }
  bool operator==(const Canvas&) const = default;

 private:
  std::ptrdiff_t stride_;
  std::vector<std::uint8_t> samples_;
};

class Kernels : public testing::Test {
 protected:
  void SetUp() override {
    if (avx2_reconstruction_kernels() == nullptr) GTEST_SKIP() << "this machine or build has no AVX2";
  }
  const ReconstructionKernels& scalar_ = scalar_reconstruction_kernels();
  const ReconstructionKernels& vector() const { return *avx2_reconstruction_kernels(); }
  Random random_{seed_or(37)};

  Canvas canvas() {
    constexpr std::array<int, 6> kRoughness = {1, 3, 8, 20, 60, 255};
    return {random_, 64 + random_.between(0, 17), kRoughness[random_.below(6)]};
  }
  EdgeLimits limits() {
    const auto byte = [&](int high) { return static_cast<std::uint8_t>(random_.between(0, high)); };
    return {byte(193), byte(63), byte(3)};
  }
};

TEST_F(Kernels, SubpelPredictionEqualsScalar) {
  for (int round = 0; round < 3000; ++round) {
    Canvas source = canvas();
    constexpr std::array<int, 3> kSizes = {4, 8, 16};
    const SubpelBlock block{kSizes[random_.below(3)], 4 * random_.between(1, 4), random_.between(0, 7),
                            random_.between(0, 7)};
    const int x = random_.between(2, 20), y = random_.between(2, 20);
    Canvas a = canvas(), b = a;
    const bool sixtap = random_.chance(1, 2);
    (sixtap ? scalar_.sixtap : scalar_.bilinear)(source.at(x, y), source.stride(), block, a.at(8, 8),
                                                 a.stride());
    (sixtap ? vector().sixtap : vector().bilinear)(source.at(x, y), source.stride(), block, b.at(8, 8),
                                                   b.stride());
    ASSERT_EQ(a, b) << block.width << "x" << block.height << " phases " << block.x_phase << ","
                    << block.y_phase << (sixtap ? " six taps" : " bilinear");
  }
}

TEST_F(Kernels, InverseDctEqualsScalarAtAnyMagnitude) {
  for (int round = 0; round < 20000; ++round) {
    alignas(32) std::array<std::int16_t, 16> in{};
    constexpr std::array<int, 4> kReach = {10, 300, 5000, 32767};
    const int reach = kReach[random_.below(4)];
    for (auto& c : in) c = static_cast<std::int16_t>(random_.between(-reach, reach));
    Canvas a = canvas(), b = a;
    scalar_.inverse_dct_add(in.data(), a.at(5, 3), a.stride());
    vector().inverse_dct_add(in.data(), b.at(5, 3), b.stride());
    ASSERT_EQ(a, b);
    scalar_.inverse_dct_dc_add(in[3], a.at(9, 4), a.stride());
    vector().inverse_dct_dc_add(in[3], b.at(9, 4), b.stride());
    ASSERT_EQ(a, b);
  }
}

TEST_F(Kernels, LumaEdgeFiltersEqualScalar) {
  using Member = EdgeFilter ReconstructionKernels::*;
  constexpr std::array<Member, 6> kFilters = {
      &ReconstructionKernels::macroblock_horizontal, &ReconstructionKernels::macroblock_vertical,
      &ReconstructionKernels::inner_horizontal,      &ReconstructionKernels::inner_vertical,
      &ReconstructionKernels::simple_horizontal,     &ReconstructionKernels::simple_vertical};
  for (int round = 0; round < 6000; ++round) {
    Canvas a = canvas(), b = a;
    const EdgeLimits drawn = limits();
    const Member filter = kFilters[static_cast<std::size_t>(round) % kFilters.size()];
    (scalar_.*filter)(a.at(9, 11), a.stride(), 16, drawn);
    (vector().*filter)(b.at(9, 11), b.stride(), 16, drawn);
    ASSERT_EQ(a, b) << "filter " << round % 6;
  }
}

TEST_F(Kernels, ChromaEdgeFiltersEqualScalar) {
  using Member = ChromaEdgeFilter ReconstructionKernels::*;
  constexpr std::array<Member, 4> kFilters = {&ReconstructionKernels::chroma_macroblock_horizontal,
                                              &ReconstructionKernels::chroma_macroblock_vertical,
                                              &ReconstructionKernels::chroma_inner_horizontal,
                                              &ReconstructionKernels::chroma_inner_vertical};
  for (int round = 0; round < 6000; ++round) {
    Canvas a = canvas(), b = a;
    const EdgeLimits drawn = limits();
    const Member filter = kFilters[static_cast<std::size_t>(round) % kFilters.size()];
    (scalar_.*filter)(a.at(5, 6), a.at(25, 27), a.stride(), drawn);
    (vector().*filter)(b.at(5, 6), b.at(25, 27), b.stride(), drawn);
    ASSERT_EQ(a, b) << "filter " << round % 4;
  }
}

TEST(KernelTable, TheChosenOneIsTheBestThatThisMachineHas) {
  if (avx2_reconstruction_kernels() == nullptr || std::getenv("SKIRRET_KERNELS") != nullptr)
    GTEST_SKIP() << "nothing to choose from";
  EXPECT_STREQ(reconstruction_kernels().name, "avx2");
}

}  // namespace
}  // namespace skirret::test
