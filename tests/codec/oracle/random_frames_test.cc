// Frames that no encoder makes, from the random writer: verdict, shown picture and all three references are
// libvpx's, frame by frame.
#include <cstdlib>

#include <gtest/gtest.h>

#include "codec/syntax/quantizer.hh"
#include "tests/support/libvpx_lockstep.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using codec::State;

int scaled(int count) {
  return std::getenv("SKIRRET_LONG") != nullptr ? 20 * count : count;
}

template <class MakeFrame>
void run_streams(std::uint64_t seed, int streams, int frames, LibvpxLockstep::Counts& totals,
                 MakeFrame make_frame) {
  Random seeds(seed_or(seed));
  for (int stream = 0; stream < streams; ++stream) {
    const std::uint64_t stream_seed = seeds.next();
    Random random(stream_seed);
    const WriterTemper temper = random_temper(random);
    LibvpxLockstep lockstep;
    for (int i = 0; i < frames; ++i) {
      const ByteVector frame = make_frame(random, temper, lockstep.state());
      const auto difference = lockstep.feed(frame);
      ASSERT_FALSE(difference) << "stream " << stream << " (seed " << stream_seed << "), frame " << i
                               << ", profile " << ((frame[0] >> 1) & 7) << ", " << frame.size()
                               << " bytes: " << *difference;
      ASSERT_TRUE(lockstep.accepted_last() || !lockstep.state().has_pictures())
          << "a legal frame was refused";
    }
    totals += lockstep.counts();
  }
}

TEST(RandomFrames, WrittenFramesDecodeAlike) {
  LibvpxLockstep::Counts totals;
  ASSERT_NO_FATAL_FAILURE(run_streams(4001, scaled(600), 12, totals,
                                      [](Random& random, const WriterTemper& temper, const State& from) {
                                        return random_frame(random, temper, from).bytes;
                                      }));
  EXPECT_EQ(totals.accepted, scaled(600) * 12);
  EXPECT_EQ(totals.truncated, 0) << "the writer's partitions are complete";
  EXPECT_GT(totals.pictures, totals.accepted * 3 / 4);
  EXPECT_EQ(totals.references, 3 * totals.accepted);
}

TEST(RandomFrames, RandomModesAndTokensDecodeAlike) {
  LibvpxLockstep::Counts totals;
  ASSERT_NO_FATAL_FAILURE(run_streams(4002, scaled(400), 12, totals, random_tail_frame));
  // A stream's first frame is refused when its data end early; later ones are not: zeros stand in.
  EXPECT_GT(totals.accepted, scaled(400) * 11);
  EXPECT_GT(totals.truncated, scaled(400) / 10);
}

// What parsing gives back is what was drawn, part by part.
TEST(RandomFrames, ParsingGivesTheDrawnPartsAgain) {
  Random random(seed_or(4003));
  for (int stream = 0; stream < 60; ++stream) {
    const WriterTemper temper = random_temper(random);
    State state;
    for (int i = 0; i < 8; ++i) {
      const RandomFrame drawn = random_frame(random, temper, state);
      const auto parsed = codec::parse(state, drawn.bytes);
      ASSERT_TRUE(parsed) << parsed.error().message;
      ASSERT_EQ(parsed->header, drawn.header);
      ASSERT_EQ(parsed->dimensions, drawn.dimensions);
      ASSERT_EQ(parsed->modes.size(), drawn.modes.size());
      for (std::size_t mb = 0; mb < drawn.modes.size(); ++mb) {
        ASSERT_EQ(parsed->modes[mb], drawn.modes[mb])
            << "stream " << stream << " frame " << i << " mb " << mb;
        ASSERT_EQ(parsed->coefficients[mb], drawn.coefficients[mb])
            << "stream " << stream << " frame " << i << " mb " << mb;
      }
      EXPECT_FALSE(parsed->truncated);
      auto decoded = codec::decode(state, drawn.bytes);
      ASSERT_TRUE(decoded);
      state = std::move(decoded->next);
    }
  }
}

// The reserved copy value 3 is accepted, as libvpx does; what golden and altref hold afterwards is not
// compared (libvpx takes whatever lies in its first buffer), the last picture's verdicts are.
TEST(RandomFrames, ReservedCopyValueIsAccepted) {
  Random random(seed_or(4004));
  LibvpxLockstep::Counts totals;
  for (int stream = 0; stream < 40; ++stream) {
    WriterTemper temper = random_temper(random);
    temper.raw_copy_three = true;
    LibvpxLockstep lockstep;
    for (int i = 0; i < 10; ++i) {
      const auto difference = lockstep.feed(random_frame(random, temper, lockstep.state()).bytes);
      ASSERT_FALSE(difference) << "stream " << stream << " frame " << i << ": " << *difference;
      ASSERT_TRUE(lockstep.accepted_last());
    }
    totals += lockstep.counts();
  }
  EXPECT_LT(totals.pictures, totals.accepted * 3 / 4) << "the value came up";
}

// One macroblock with one level, so large that its product with the quantizer's step lands at the edge of 16
// bits: there each transform's rounding overflows, or does not, in its own way.
TEST(RandomFrames, SingleLevelsAtTheEdgeOfSixteenBits) {
  const auto frame_with = [](int block, int position, int level, int index, codec::LumaMode luma) {
    RandomFrame frame;
    frame.header.key_frame = true;
    frame.dimensions = {16, 16};
    frame.header.key.emplace().dimensions = frame.dimensions;
    frame.header.quantizer.y_ac = static_cast<std::uint8_t>(index);
    frame.modes.resize(1);
    frame.modes[0].luma = luma;
    frame.coefficients.resize(1);
    frame.coefficients[0].levels[static_cast<std::size_t>(block)][static_cast<std::size_t>(position)] =
        static_cast<std::int16_t>(level);
    frame.coefficients[0].ends[static_cast<std::size_t>(block)] = static_cast<std::uint8_t>(position + 1);
    return coded_bytes(frame, {});
  };
  struct Case {
    int block, position;  // positions 0 and 1 are the same in coding and raster order
    codec::LumaMode luma;
    std::int16_t codec::DequantFactors::*step;
  };
  const Case cases[] = {{codec::kY2Block, 0, codec::LumaMode::kDc, &codec::DequantFactors::y2_dc},
                        {codec::kY2Block, 1, codec::LumaMode::kDc, &codec::DequantFactors::y2_ac},
                        {5, 0, codec::LumaMode::kSubblocks, &codec::DequantFactors::y_dc},
                        {5, 1, codec::LumaMode::kSubblocks, &codec::DequantFactors::y_ac},
                        {5, 1, codec::LumaMode::kVertical, &codec::DequantFactors::y_ac},
                        {17, 0, codec::LumaMode::kDc, &codec::DequantFactors::uv_dc},
                        {17, 1, codec::LumaMode::kDc, &codec::DequantFactors::uv_ac}};
  int tried = 0;
  for (const Case& c : cases)
    for (int index = 0; index < 128; index += 3) {
      const int step = codec::dequant_factors(index, {}).*c.step;
      int left = 6;  // of this step
      for (int level = -2114; level <= 2114 && left > 0; ++level) {
        const int product = static_cast<std::int16_t>(level * step);
        if (std::abs(product) < 32760 || level == 0) continue;
        --left;
        ++tried;
        LibvpxLockstep lockstep;
        const auto difference = lockstep.feed(frame_with(c.block, c.position, level, index, c.luma));
        ASSERT_FALSE(difference) << "block " << c.block << " position " << c.position << " level " << level
                                 << " step " << step << ": " << *difference;
        ASSERT_TRUE(lockstep.accepted_last());
      }
    }
  EXPECT_GT(tried, 100);
}

// Vectors that wrap: the arithmetic is 16-bit in eighth samples, so a picture wider or higher than 4096 is
// where the sum of a far predicted vector and a far difference overflows.
TEST(RandomFrames, VeryLongPicturesDecodeAlike) {
  Random random(seed_or(4005));
  for (const auto dimensions : {codec::Dimensions{16383, 16}, codec::Dimensions{9, 16383}}) {
    WriterTemper temper;
    temper.fixed_size = dimensions;
    temper.key_percent = 0;
    temper.far_vectors = 95;
    temper.intra_percent = 2;
    LibvpxLockstep lockstep;
    for (int i = 0; i < 4; ++i) {
      const auto difference = lockstep.feed(random_frame(random, temper, lockstep.state()).bytes);
      ASSERT_FALSE(difference) << dimensions.width << "x" << dimensions.height << " frame " << i << ": "
                               << *difference;
      ASSERT_TRUE(lockstep.accepted_last());
    }
  }
}

}  // namespace
}  // namespace skirret::test
