// Frames that no encoder makes, from the random writer: verdict, shown picture and all three references are
// libvpx's, frame by frame.
#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/syntax/quantizer.hh"
#include "tests/support/libvpx_lockstep.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

using codec::FrameHeader;
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

// The frames below are decoded by the kernels that were asked for, not by others.
TEST(RandomFrames, AskedForKernelsAreActive) {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  EXPECT_STREQ(codec::reconstruction_kernels().name,
               asked != nullptr ? asked : codec::instruction_set_name(codec::chosen_instruction_set()));
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

// Which parts of the format came up, so that "random" is known to mean "all of it".
struct Coverage {
  std::set<int> profiles, luma_modes, chroma_modes, subblock_modes, references, splits, split_modes, segments,
      partitions, golden_copies, altref_copies, filter_levels, sharpness, quantizers;
  std::set<std::string> traits;
  int farthest_vector = 0, largest_level = 0;

  void add(const FrameHeader& header, const State& from) {
    profiles.insert(header.profile);
    partitions.insert(header.log2_partitions);
    filter_levels.insert(header.filter.level);
    sharpness.insert(header.filter.sharpness);
    quantizers.insert(header.quantizer.y_ac);
    const auto note = [&](bool holds, const char* trait) {
      if (holds) traits.insert(trait);
    };
    const auto& segmentation = header.segmentation;
    note(segmentation.enabled && !segmentation.update_map && from.segment_map && !header.key_frame,
         "map persists");
    note(segmentation.enabled && !segmentation.update_map && header.key_frame, "key frame without map");
    note(segmentation.update_data && segmentation.update_data->absolute, "absolute segment data");
    note(segmentation.update_data && !segmentation.update_data->absolute, "relative segment data");
    note(header.filter.simple, "simple filter");
    note(header.filter.deltas.update, "filter deltas");
    note(!header.refresh_entropy, "probabilities restored");
    note(!header.skip_probability, "no skip flags");
    note(!header.show, "invisible");
    note(header.key && header.key->horizontal_scale != 0, "scale bits");
    note(header.key && from.has_pictures() && header.key->dimensions != from.dimensions, "size changes");
    if (header.key_frame) return;
    const auto& fields = header.references;
    golden_copies.insert(fields.refresh_golden ? -1 : fields.copy_to_golden);
    altref_copies.insert(fields.refresh_altref ? -1 : fields.copy_to_altref);
    note(fields.copy_to_golden == 2 && fields.copy_to_altref == 2, "crossed copies");
    note(fields.sign_bias_golden != fields.sign_bias_altref, "biases differ");
    note(!fields.refresh_last, "last kept");
  }

  void add(const codec::MacroblockModes& modes) {
    luma_modes.insert(static_cast<int>(modes.luma));
    segments.insert(modes.segment);
    references.insert(static_cast<int>(modes.reference));
    if (!modes.is_inter()) chroma_modes.insert(static_cast<int>(modes.chroma));
    if (modes.luma == codec::LumaMode::kSubblocks)
      for (const auto mode : modes.subblock_modes) subblock_modes.insert(static_cast<int>(mode));
    if (modes.luma == codec::LumaMode::kSplit) {
      splits.insert(static_cast<int>(modes.split));
      split_modes.insert(static_cast<int>(modes.split_modes[0]));
    }
    for (const auto& vector : modes.vectors)
      farthest_vector = std::max({farthest_vector, std::abs(int{vector.row}), std::abs(int{vector.col})});
  }
};

// What parsing gives back is what was drawn, part by part; the state that follows survives saving; and over
// a few streams everything that the format can say is said.
TEST(RandomFrames, ParsingGivesTheDrawnPartsAgain) {
  Random random(seed_or(4003));
  Coverage seen;
  for (int stream = 0; stream < 120; ++stream) {
    const WriterTemper temper = random_temper(random);
    State state;
    for (int i = 0; i < 8; ++i) {
      SCOPED_TRACE("stream " + std::to_string(stream) + " frame " + std::to_string(i));
      const RandomFrame drawn = random_frame(random, temper, state);
      const auto parsed = codec::parse(state, drawn.bytes);
      ASSERT_TRUE(parsed) << parsed.error().message;
      ASSERT_EQ(parsed->header, drawn.header);
      ASSERT_EQ(parsed->dimensions, drawn.dimensions);
      ASSERT_EQ(parsed->modes, drawn.modes);
      ASSERT_EQ(parsed->coefficients, drawn.coefficients);
      EXPECT_FALSE(parsed->truncated);
      seen.add(drawn.header, state);
      for (const auto& modes : drawn.modes) seen.add(modes);
      for (const auto& coefficients : drawn.coefficients)
        for (const auto& block : coefficients.levels)
          for (const auto level : block)
            seen.largest_level = std::max(seen.largest_level, std::abs(int{level}));
      auto decoded = codec::decode(state, drawn.bytes);
      ASSERT_TRUE(decoded);
      state = std::move(decoded->next);
      const auto loaded = codec::load(codec::save(state));
      ASSERT_TRUE(loaded) << loaded.error().message;
      ASSERT_EQ(*loaded, state);
      ASSERT_EQ(loaded->id(), state.id());
    }
  }
  EXPECT_EQ(seen.profiles.size(), 8u);
  EXPECT_EQ(seen.luma_modes.size(), 10u);
  EXPECT_EQ(seen.chroma_modes.size(), 4u);
  EXPECT_EQ(seen.subblock_modes.size(), 10u);
  EXPECT_EQ(seen.references.size(), 4u);
  EXPECT_EQ(seen.splits.size(), 4u);
  EXPECT_EQ(seen.split_modes.size(), 4u);
  EXPECT_EQ(seen.segments.size(), 4u);
  EXPECT_EQ(seen.partitions.size(), 4u);
  EXPECT_EQ(seen.golden_copies, (std::set{-1, 0, 1, 2}));
  EXPECT_EQ(seen.altref_copies, (std::set{-1, 0, 1, 2}));
  EXPECT_EQ(seen.filter_levels.size(), 64u);
  EXPECT_EQ(seen.sharpness.size(), 8u);
  EXPECT_GT(seen.quantizers.size(), 120u);
  EXPECT_EQ(seen.traits.size(), 14u) << ::testing::PrintToString(seen.traits);
  EXPECT_GT(seen.farthest_vector, 1023) << "beyond what one difference can say";
  EXPECT_EQ(seen.largest_level, 67 + (1 << 11) - 1) << "the largest level that a token can say";
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
