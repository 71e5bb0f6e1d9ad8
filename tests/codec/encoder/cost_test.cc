#include <cmath>

#include <gtest/gtest.h>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/cost_counter.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/inter_modes.hh"
#include "codec/encoder/mode_counts.hh"
#include "codec/encoder/token_costs.hh"
#include "codec/encoder/token_notes.hh"
#include "codec/encoder/trellis.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/macroblock_header.hh"
#include "tests/codec/encoder/random_scenes.hh"

namespace skirret::test {
namespace {

using codec::BlockType;
using codec::Cost;
using codec::CostCounter;
using codec::MotionVector;

TEST(BitCosts, AreRoundedLogarithms) {
  for (int p = 1; p <= 256; ++p)
    EXPECT_NEAR(codec::kBitCosts[static_cast<std::size_t>(p)], -std::log2(p / 256.0) * 256, 0.8) << p;
}

codec::CoefficientProbabilities random_probabilities(Random& random) {
  codec::CoefficientProbabilities made{};
  for (auto& type : made)
    for (auto& band : type)
      for (auto& context : band)
        for (auto& p : context) p = static_cast<codec::Probability>(random.between(1, 255));
  return made;
}

// A block's levels with small ones likely, and its end in zigzag order.
int random_levels(Random& random, int first, std::array<std::int16_t, 16>& levels) {
  levels.fill(0);
  int end = 0;
  for (int i = first; i < 16; ++i) {
    if (!random.chance(1, 3)) continue;
    const int largest = random.chance(1, 10) ? 2000 : random.chance(1, 3) ? 40 : 2;
    const int level = random.between(-largest, largest);
    levels[codec::tables::kZigzag[static_cast<std::size_t>(i)]] = static_cast<std::int16_t>(level);
    if (level != 0) end = i + 1;
  }
  return end;
}

// The notes of a macroblock are its tokens and their cost, as counting and pricing it one by one gives them.
TEST(TokenNotes, AreTheTokensAndTheirCost) {
  Random random(seed_or(58));
  for (int round = 0; round < 200; ++round) {
    const codec::TokenCosts costs(random_probabilities(random));
    const bool has_y2 = random.chance(1, 2);
    codec::MacroblockCoefficients coefficients;
    for (std::size_t block = 0; block < 25; ++block) {
      const int first = has_y2 && block < 16 ? 1 : 0;
      if ((has_y2 || block != codec::kY2Block) && random.chance(1, 2))
        coefficients.ends[block] =
            static_cast<std::uint8_t>(random_levels(random, first, coefficients.levels[block]));
    }
    codec::TokenContext above, left;
    for (std::size_t i = 0; i < 9; ++i) {
      above.coded[i] = random.chance(1, 2);
      left.coded[i] = random.chance(1, 2);
    }
    codec::TokenContext above_again = above, left_again = left, above_priced = above, left_priced = left;
    codec::TokenNotes notes;
    notes.note(costs, coefficients, has_y2, above, left);
    std::vector<codec::RecordedToken> recorded;
    codec::TokenCounts counts, from_notes;
    codec::record_tokens(coefficients, has_y2, above_again, left_again, counts, recorded);
    ASSERT_EQ(above, above_again);
    ASSERT_EQ(left, left_again);
    ASSERT_EQ(notes.tokens().size(), recorded.size());
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      ASSERT_EQ(notes.tokens()[i].place, recorded[i].place);
      ASSERT_EQ(notes.tokens()[i].code, recorded[i].code);
      ASSERT_EQ(notes.tokens()[i].level, recorded[i].level);
      from_notes.one(recorded[i].place, recorded[i].code);
    }
    ASSERT_EQ(from_notes, counts);
    Cost priced = 0;
    codec::visit_blocks(has_y2, above_priced, left_priced,
                        [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
                          const auto block = static_cast<std::size_t>(at);
                          const int end = coefficients.ends[block];
                          priced += costs.block(type, coefficients.levels[block].data(),
                                                type == BlockType::kLumaAfterY2 ? 1 : 0, end, a + l);
                          a = l = end > 0;
                        });
    ASSERT_EQ(notes.cost(), priced);
  }
}

TEST(TokenCosts, EqualWhatTheWriterSpends) {
  Random random(seed_or(50));
  for (int round = 0; round < 300; ++round) {
    const auto probabilities = random_probabilities(random);
    const codec::TokenCosts costs(probabilities);
    const auto type = static_cast<BlockType>(random.between(0, 3));
    const int first = type == BlockType::kLumaAfterY2 ? 1 : 0, context = random.between(0, 2);
    std::array<std::int16_t, 16> levels;
    const int end = random_levels(random, first, levels);
    CostCounter counter;
    codec::visit_block_tokens(
        levels, end, type, static_cast<std::uint8_t>(context),
        [&](const codec::TokenSite& site, codec::Token token, int level) {
          codec::write_token(counter,
                             probabilities[static_cast<std::size_t>(site.type)][site.band][site.context],
                             site.after_zero, token, level);
        });
    EXPECT_EQ(costs.block(type, levels.data(), first, end, context), counter.cost);
  }
}

TEST(TokenCounts, BranchesGiveTheSameCost) {
  Random random(seed_or(51));
  const auto probabilities = random_probabilities(random);
  const codec::TokenCosts costs(probabilities);
  codec::TokenCounts counts;
  std::uint64_t expected = 0, extra = 0;
  for (int round = 0; round < 500; ++round) {
    const auto type = static_cast<BlockType>(random.between(0, 3));
    const int first = type == BlockType::kLumaAfterY2 ? 1 : 0, context = random.between(0, 2);
    std::array<std::int16_t, 16> levels;
    const int end = random_levels(random, first, levels);
    counts.block(type, levels.data(), first, end, context);
    expected += costs.block(type, levels.data(), first, end, context);
    for (const auto level : levels)
      extra += codec::kMagnitudes.extra[static_cast<std::size_t>(std::abs(level))];
  }
  std::uint64_t counted = 0;
  for (std::size_t type = 0; type < 4; ++type)
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context) {
        const auto branches = counts.branches(type, band, context);
        for (std::size_t node = 0; node < 11; ++node)
          counted += branches[node].cost(probabilities[type][band][context][node]);
      }
  EXPECT_EQ(counted + extra, expected);
}

TEST(VectorCosts, EqualWhatTheWriterSpends) {
  Random random(seed_or(52));
  codec::VectorProbabilities probabilities;
  for (auto& component : probabilities)
    for (auto& p : component) p = static_cast<codec::Probability>(random.between(1, 255));
  const codec::VectorCosts costs(probabilities);
  codec::VectorCounts counts;
  std::uint64_t total = 0, counted = 0;
  for (int round = 0; round < 2000; ++round) {
    const int reach = random.chance(1, 2) ? 12 : 511;
    const auto component = [&] { return static_cast<std::int16_t>(random.between(-reach, reach)); };
    const MotionVector vector{component(), component()}, predicted{component(), component()};
    CostCounter counter;
    codec::detail::write_vector(counter, probabilities, vector - predicted);
    ASSERT_EQ(costs.difference(vector, predicted), counter.cost);
    counts.difference(vector, predicted);
    total += counter.cost;
  }
  for (std::size_t component = 0; component < 2; ++component)
    for (std::size_t place = 0; place < 19; ++place)
      counted += counts.branch(component, place).cost(probabilities[component][place]);
  EXPECT_EQ(counted, total);
}

// The price of a whole frame by the cost tables against the bytes that the coder made of it.
TEST(BitCosts, OfWholeFramesAreTheirBytes) {
  Random random(seed_or(53));
  RandomScene scene(random, {160, 112});
  codec::State state;
  for (int frame = 0; frame < 6; ++frame) {
    const auto target = scene.picture(random);
    codec::FramePlan plan;
    plan.kind = frame == 0 ? codec::FrameKind::kKey : codec::FrameKind::kInter;
    const auto candidate =
        codec::code(state, target, codec::analyse(state, target, plan, {5, 40}, {}, {}), 12);
    const auto parsed = codec::parse(state, candidate.bytes);
    ASSERT_TRUE(parsed.has_value());
    const auto probabilities = codec::updated_probabilities(state.probabilities, parsed->header);
    const codec::ModeCoding coding{parsed->header, probabilities, parsed->dimensions};
    codec::BoolEncoder header;
    codec::write_frame_header(parsed->header, header);
    CostCounter counter;
    counter.cost = static_cast<Cost>(header.size() * 8) * codec::kOneBit;
    std::vector<codec::TokenContext> above(static_cast<std::size_t>(parsed->dimensions.mb_cols()));
    codec::TokenContext left;
    for (std::size_t at = 0; at < parsed->modes.size(); ++at) {
      const int cols = parsed->dimensions.mb_cols();
      const int col = static_cast<int>(at) % cols, row = static_cast<int>(at) / cols;
      const auto& modes = parsed->modes[at];
      codec::write_macroblock_header(counter, coding, {col, row},
                                     codec::neighbours_of(parsed->modes, cols, col, row), modes);
      if (col == 0) left = {};
      auto& over = above[static_cast<std::size_t>(col)];
      if (modes.skip_coefficients)
        codec::skip_tokens(modes.has_y2(), over, left);
      else
        codec::write_tokens(counter, probabilities.coefficients, modes.has_y2(), over, left,
                            parsed->coefficients[at]);
    }
    const double estimated = counter.cost / 256.0 / 8;
    EXPECT_NEAR(estimated, static_cast<double>(candidate.bytes.size()), 12 + estimated * 0.005);
    state = codec::finish(state, candidate);
  }
}

// Blocks as they occur: most coefficients small, with costs at random.
struct QuantisedSample {
  codec::FrameQuantizer quantizer;
  codec::TokenCosts costs;
  BlockType type;
  int first, context;
  alignas(32) std::int16_t coefficients[16], levels[16];
  codec::QuantisedBlock block;

  explicit QuantisedSample(Random& random)
      : quantizer(random.between(0, 127), true),
        costs(random_probabilities(random)),
        type(static_cast<BlockType>(random.between(0, 3))),
        first(type == BlockType::kLumaAfterY2 ? 1 : 0),
        context(random.between(0, 2)) {
    for (int i = 0; i < 16; ++i) {
      const int reach = quantizer.luma.step[5] * (random.chance(1, 4) ? 4 : 1);
      coefficients[i] = static_cast<std::int16_t>(i < first ? 0 : random.between(-reach, reach));
    }
    block = codec::encoder_kernels().quantise(coefficients, quantizer.luma, levels);
  }
  codec::TrellisBlock trellis() const {
    return {type, coefficients, &quantizer.luma, first, context, 4, quantizer.lambda};
  }
  codec::Cost cost() const { return costs.block(type, levels, first, block.end, context); }
  std::uint64_t score() const {
    return codec::rate_distortion(std::uint64_t{block.error} * 4, cost(), quantizer.lambda);
  }
  std::uint32_t measured_error() const {
    std::uint32_t error = 0;
    for (int i = 0; i < 16; ++i) {
      const int miss = coefficients[i] - levels[i] * quantizer.luma.step[i];
      error += static_cast<std::uint32_t>(miss * miss);
    }
    return error;
  }
};

// The trellis never scores worse than what it was given, and never raises a level.
TEST(Trellis, OnlyImprovesTheScore) {
  Random random(seed_or(54));
  int changed = 0;
  for (int round = 0; round < 500; ++round) {
    QuantisedSample sample(random);
    const std::array<std::int16_t, 16> before = std::to_array(sample.levels);
    const auto plain = sample.score();
    const auto cost = codec::optimise_levels(sample.trellis(), sample.costs, sample.levels, sample.block);
    EXPECT_EQ(cost, sample.cost());
    EXPECT_EQ(sample.block.error, sample.measured_error());
    EXPECT_LE(sample.score(), plain);
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_LE(std::abs(sample.levels[i]), std::abs(before[i]));
      changed += sample.levels[i] != before[i];
    }
  }
  EXPECT_GT(changed, 100);
}

// The quick choice tells its cost and error rightly, and gains nearly what the exact one does.
TEST(Trellis, TheQuickChoiceIsNearlyAsGood) {
  Random random(seed_or(55));
  std::uint64_t plain = 0, quick = 0, exact = 0;
  for (int round = 0; round < 3000; ++round) {
    QuantisedSample sample(random);
    QuantisedSample other = sample;
    const std::array<std::int16_t, 16> before = std::to_array(sample.levels);
    const auto unit = std::uint64_t{sample.quantizer.lambda};
    plain += sample.score() / unit;
    codec::optimise_levels(other.trellis(), other.costs, other.levels, other.block);
    exact += other.score() / unit;
    const auto cost =
        codec::choose_levels_quickly(sample.trellis(), sample.costs, sample.levels, sample.block);
    quick += sample.score() / unit;
    ASSERT_EQ(cost, sample.cost());
    ASSERT_EQ(sample.block.error, sample.measured_error());
    ASSERT_TRUE(sample.block.end == 0 ||
                sample.levels[codec::tables::kZigzag[static_cast<std::size_t>(sample.block.end - 1)]] != 0);
    for (std::size_t i = 0; i < 16; ++i) ASSERT_LE(std::abs(sample.levels[i]), std::abs(before[i]));
  }
  EXPECT_LE(exact, quick);
  EXPECT_LE(quick - exact, (plain - exact) / 5) << plain << ' ' << quick << ' ' << exact;
}

}  // namespace
}  // namespace skirret::test
