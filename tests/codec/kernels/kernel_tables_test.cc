// Every kernel of every instruction set against scalar, on random samples at odd strides and alignments.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
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

class Kernels : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!has_instruction_set(GetParam()))
      GTEST_SKIP() << "this machine or build has no " << instruction_set_name(GetParam());
    ASSERT_STREQ(vector().name, instruction_set_name(GetParam()));
  }
  const ReconstructionKernels& scalar_ = scalar_reconstruction_kernels();
  const ReconstructionKernels& vector() const { return *reconstruction_kernels_of(GetParam()); }
  Random random_{seed_or(37)};

  Canvas canvas() {
    constexpr std::array<int, 6> kRoughness = {1, 3, 8, 20, 60, 255};
    return {random_, 64 + random_.between(0, 17), kRoughness[random_.below(6)]};
  }
  FilterLimits limits() {
    const auto byte = [&](int high) { return static_cast<std::uint8_t>(random_.between(0, high)); };
    return {byte(193), byte(193), byte(63), byte(3)};
  }
  // Levels of `blocks` blocks, sparse or full, so large that products with the steps may wrap.
  std::vector<std::int16_t> levels(std::size_t blocks) {
    std::vector<std::int16_t> drawn(16 * blocks);
    constexpr std::array<int, 4> kReach = {1, 20, 300, 2114};
    const int reach = kReach[random_.below(4)];
    const int density = random_.between(0, 8);
    for (auto& level : drawn)
      if (random_.chance(density, 8)) level = static_cast<std::int16_t>(random_.between(-reach, reach));
    return drawn;
  }
  BlockSteps steps() {
    return {static_cast<std::int16_t>(random_.between(4, 157)),
            static_cast<std::int16_t>(random_.between(4, 284))};
  }
};

TEST_P(Kernels, SubpelPredictionEqualsScalar) {
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

TEST_P(Kernels, ChromaPredictionEqualsScalar) {
  for (int round = 0; round < 3000; ++round) {
    Canvas source = canvas();
    const int side = random_.chance(1, 2) ? 4 : 8;
    const SubpelBlock block{side, side, random_.between(0, 7), random_.between(0, 7)};
    const int x = random_.between(2, 20), y = random_.between(2, 20);
    Canvas a = canvas(), b = a;
    const auto member = random_.chance(1, 2) ? &ReconstructionKernels::sixtap_chroma
                                             : &ReconstructionKernels::bilinear_chroma;
    (scalar_.*member)(source.at(x, y), source.at(y, x), source.stride(), block,
                      {a.at(8, 8), a.at(17, 9), a.stride()});
    (vector().*member)(source.at(x, y), source.at(y, x), source.stride(), block,
                       {b.at(8, 8), b.at(17, 9), b.stride()});
    ASSERT_EQ(a, b) << side << " phases " << block.x_phase << "," << block.y_phase;
  }
}

TEST_P(Kernels, WholeIntraBlocksEqualScalar) {
  constexpr std::uint8_t kOutside[16] = {127, 127, 127, 127, 127, 127, 127, 127,
                                         127, 127, 127, 127, 127, 127, 127, 127};
  constexpr std::uint8_t kLeft = 129;
  for (int round = 0; round < 4000; ++round) {
    Canvas a = canvas();
    const int x = random_.between(1, 30), y = random_.between(1, 30);
    IntraEdges edges{kOutside, &kLeft, 0, *a.at(x - 1, y - 1), random_.chance(3, 4), random_.chance(3, 4)};
    if (edges.inside_above) edges.above = a.at(x, y - 1);
    if (edges.inside_left) {
      edges.left = a.at(x - 1, y);
      edges.left_stride = a.stride();
    }
    const auto mode = static_cast<ChromaMode>(random_.below(4));
    for (const auto member : {&ReconstructionKernels::intra_16x16, &ReconstructionKernels::intra_8x8}) {
      Canvas to = canvas(), other = to;
      const int at = random_.between(0, 30);
      (scalar_.*member)(edges, mode, to.at(at, 7), to.stride());
      (vector().*member)(edges, mode, other.at(at, 7), other.stride());
      ASSERT_EQ(to, other) << "mode " << static_cast<int>(mode) << edges.inside_above << edges.inside_left;
    }
  }
}

TEST_P(Kernels, IntraSubblocksEqualScalar) {
  constexpr std::array<int, 4> kReach = {255, 2, 1, 30};
  for (int round = 0; round < 4000; ++round) {
    SubblockEdge edge;
    const int reach = kReach[random_.below(4)];
    const int base = reach == 255 ? 0 : reach == 30 ? 225 : random_.between(0, 253);
    for (int i = 0; i < 13; ++i) {
      const auto sample = static_cast<std::uint64_t>(base + random_.between(0, reach));
      (i < 8 ? edge.first : edge.last) |= sample << (i % 8 * 8);
    }
    std::array<std::uint8_t, 160> all, same;
    scalar_.all_intra_4x4(edge, all.data());
    vector().all_intra_4x4(edge, same.data());
    ASSERT_EQ(all, same);
    for (std::size_t mode = 0; mode < kSubblockModeCount; ++mode) {
      Canvas to = canvas();
      const Canvas before = to;
      const int x = random_.between(0, 40);
      vector().intra_4x4(edge, static_cast<SubblockMode>(mode), to.at(x, 9), to.stride());
      Canvas expected = before;
      for (int y = 0; y < 4; ++y)
        std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(16 * mode) + 4 * y, 4, expected.at(x, 9 + y));
      ASSERT_EQ(to, expected) << "mode " << mode;
    }
  }
}

TEST_P(Kernels, InverseDctEqualsScalarAtAnyMagnitude) {
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

TEST_P(Kernels, ResiduesEqualScalar) {
  for (int round = 0; round < 20000; ++round) {
    const auto drawn = levels(4);
    alignas(32) std::array<std::int16_t, 64> four;
    std::copy(drawn.begin(), drawn.end(), four.begin());
    const BlockSteps by = steps();
    std::array<std::int16_t, 4> dcs;
    for (auto& dc : dcs) dc = static_cast<std::int16_t>(random_.between(-32768, 32767) >> random_.below(12));
    const std::int16_t* given = random_.chance(1, 2) ? dcs.data() : nullptr;
    Canvas a = canvas(), b = a;
    scalar_.add_strip(four.data(), by, given, a.at(5, 3), a.stride());
    vector().add_strip(four.data(), by, given, b.at(5, 3), b.stride());
    ASSERT_EQ(a, b) << "strip";
    scalar_.add_square(four.data(), by, a.at(22, 9), a.stride());
    vector().add_square(four.data(), by, b.at(22, 9), b.stride());
    ASSERT_EQ(a, b) << "square";
    scalar_.add_dc_strip(dcs.data(), a.at(11, 21), a.stride());
    vector().add_dc_strip(dcs.data(), b.at(11, 21), b.stride());
    ASSERT_EQ(a, b) << "DCs";
    scalar_.add_block(four.data() + 32, by, a.at(7, 30), a.stride());
    vector().add_block(four.data() + 32, by, b.at(7, 30), b.stride());
    ASSERT_EQ(a, b) << "block";
    alignas(32) std::array<std::int16_t, 16> one{}, other{};
    scalar_.inverse_wht(four.data() + 16, by, one.data());
    vector().inverse_wht(four.data() + 16, by, other.data());
    ASSERT_EQ(one, other) << "Walsh-Hadamard";
  }
}

TEST_P(Kernels, MacroblockFiltersEqualScalar) {
  int changed = 0;
  for (int round = 0; round < 12000; ++round) {
    Canvas luma[2] = {canvas(), canvas()}, chroma[2] = {canvas(), canvas()};
    luma[1] = luma[0];
    chroma[1] = chroma[0];
    const Canvas before = chroma[0];
    const FilterLimits drawn = limits();
    const bool left = random_.chance(3, 4), above = random_.chance(3, 4), inner = random_.chance(1, 2);
    const bool simple = random_.chance(1, 4);
    for (const std::size_t i : {0u, 1u}) {
      const FilterSite site{luma[i].at(9, 11),
                            chroma[i].at(5, 6),
                            chroma[i].at(25, 27),
                            luma[i].stride(),
                            chroma[i].stride(),
                            left,
                            above,
                            inner};
      const ReconstructionKernels& kernels = i == 0 ? scalar_ : vector();
      (simple ? kernels.filter_simple : kernels.filter_normal)(site, drawn);
    }
    ASSERT_EQ(luma[0], luma[1]) << (simple ? "simple" : "normal") << left << above << inner;
    ASSERT_EQ(chroma[0], chroma[1]) << (simple ? "simple" : "normal") << left << above << inner;
    changed += chroma[0] == before ? 0 : 1;
  }
  EXPECT_GT(changed, 2000);
}

INSTANTIATE_TEST_SUITE_P(Sets, Kernels,
                         testing::Values(InstructionSet::kSse4, InstructionSet::kNeon, InstructionSet::kAvx2,
                                         InstructionSet::kAvx512),
                         [](const auto& set) { return std::string(instruction_set_name(set.param)); });

TEST(KernelTable, TheChosenOneIsWhatIsAskedForOrTheBest) {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  std::string best = "scalar";
  for (const InstructionSet set : kInstructionSets) {
    if (!has_instruction_set(set)) {
      EXPECT_EQ(reconstruction_kernels_of(set), nullptr);
      continue;
    }
    ASSERT_NE(reconstruction_kernels_of(set), nullptr);
    EXPECT_STREQ(reconstruction_kernels_of(set)->name, instruction_set_name(set));
    if (set != InstructionSet::kAvx512) best = instruction_set_name(set);
  }
  EXPECT_EQ(reconstruction_kernels().name, asked != nullptr ? asked : best);
}

}  // namespace
}  // namespace skirret::test
