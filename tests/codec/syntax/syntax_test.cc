#include <gtest/gtest.h>

#include "codec/bitstream/bool_encoder.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/frame_layout.hh"
#include "codec/syntax/macroblock_header.hh"
#include "codec/syntax/quantizer.hh"
#include "codec/syntax/tokens.hh"
#include "tests/codec/syntax/random_syntax.hh"

namespace skirret::test {
namespace {

using namespace codec;

TEST(FrameHeader, RandomHeadersRoundTrip) {
  const auto seed = seed_or(21);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    const bool key = random.chance(1, 3);
    const FrameHeader header =
        random_header(random, key, {random.between(1, 16383), random.between(1, 16383)});
    BoolEncoder encoder;
    write_frame_header(header, encoder);
    const ByteVector first = std::move(encoder).finish();
    const std::vector<ByteVector> partitions(std::size_t{1} << header.log2_partitions, ByteVector{1, 2, 3});
    const auto frame = assemble_frame(frame_tag(header), frame_size(header), first, partitions);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->size(),
              first.size() + 3 * partitions.size() + frame_overhead(key, 1 << header.log2_partitions));

    const auto start = parse_frame_start(*frame);
    ASSERT_TRUE(start.has_value()) << start.error().message;
    BoolDecoder decoder(start->coded);
    EXPECT_EQ(parse_frame_header(*start, decoder), header) << round;
    const auto split = split_token_partitions(start->coded.subspan(start->tag.first_partition_bytes),
                                              1 << header.log2_partitions);
    ASSERT_TRUE(split.has_value());
    for (int i = 0; i < split->count; ++i) EXPECT_EQ(split->parts[static_cast<std::size_t>(i)].size(), 3u);
  }
}

TEST(FrameLayout, RefusesWhatLibvpxRefuses) {
  const ByteVector key = {0xd0, 0x00, 0x00, 0x9d, 0x01, 0x2a, 16, 0, 16, 0, 0, 0, 0, 0, 0, 0};
  EXPECT_TRUE(parse_frame_start(key).has_value());
  for (std::size_t size = 0; size < 10; ++size)
    EXPECT_EQ(parse_frame_start(Bytes(key).first(size)).error().code, ErrorCode::kTruncated) << size;
  auto wrong = key;
  wrong[4] = 2;
  EXPECT_EQ(parse_frame_start(wrong).error().code, ErrorCode::kMalformed);
  auto flat = key;
  flat[8] = 0;
  EXPECT_EQ(parse_frame_start(flat).error().code, ErrorCode::kMalformed);
  auto longer = key;
  longer[1] = 0x40;  // a first partition of 512 bytes
  EXPECT_EQ(parse_frame_start(longer).error().code, ErrorCode::kTruncated);
}

TEST(FrameLayout, PartitionSizes) {
  const ByteVector bytes = {2, 0, 0, 9, 9, 7, 7, 7};
  const auto two = split_token_partitions(bytes, 2);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->parts[0].size(), 2u);
  EXPECT_EQ(two->parts[1].size(), 3u);
  EXPECT_FALSE(split_token_partitions(Bytes(bytes).first(2), 2).has_value());
  const ByteVector empty_one = {0, 0, 0, 7};
  EXPECT_FALSE(split_token_partitions(empty_one, 2).has_value());
  const ByteVector beyond = {5, 0, 0, 7};
  EXPECT_FALSE(split_token_partitions(beyond, 2).has_value());
  const ByteVector nothing_left = {5, 0, 0};
  const auto all_empty = split_token_partitions(nothing_left, 2);
  ASSERT_TRUE(all_empty.has_value());
  EXPECT_TRUE(all_empty->parts[0].empty() && all_empty->parts[1].empty());
}

// Whole frames of macroblock headers: each is written and read with the neighbours that the frame gives it.
TEST(MacroblockHeader, RandomFramesRoundTrip) {
  const auto seed = seed_or(22);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 60; ++round) {
    const Dimensions dimensions{random.between(1, 120), random.between(1, 120)};
    const FrameHeader header = random_header(random, random.chance(1, 3), dimensions);
    const Probabilities probabilities = updated_probabilities(Probabilities::defaults(), header);
    const ModeCoding coding{header, probabilities, dimensions};
    std::vector<MacroblockModes> written;
    BoolEncoder encoder;
    const auto count = static_cast<std::size_t>(dimensions.mb_count());
    written.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const int col = static_cast<int>(i) % dimensions.mb_cols(),
                row = static_cast<int>(i) / dimensions.mb_cols();
      const Neighbours around = neighbours_of(written, dimensions.mb_cols(), col, row);
      const MacroblockModes modes = random_modes(random, coding, {col, row}, around);
      write_macroblock_header(encoder, coding, {col, row}, around, modes);
      written.push_back(modes);
    }
    const ByteVector bytes = std::move(encoder).finish();
    BoolDecoder decoder(bytes);
    std::vector<MacroblockModes> read;
    read.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const int col = static_cast<int>(i) % dimensions.mb_cols(),
                row = static_cast<int>(i) / dimensions.mb_cols();
      const Neighbours around = neighbours_of(read, dimensions.mb_cols(), col, row);
      read.push_back(read_macroblock_header(decoder, coding, {col, row}, around, 0));
      ASSERT_EQ(read.back(), written[i]) << "round " << round << " macroblock " << i;
    }
    EXPECT_FALSE(decoder.past_end());
  }
}

TEST(MacroblockHeader, EveryVectorDifferenceRoundTrips) {
  FrameHeader header;
  const Probabilities& probabilities = Probabilities::defaults();
  const Dimensions dimensions{16, 16};
  const ModeCoding coding{header, probabilities, dimensions};
  const Neighbours around = neighbours_of({}, 1, 0, 0);
  for (int value = -1023; value <= 1023; ++value) {
    MacroblockModes modes;
    modes.reference = ReferenceFrame::kLast;
    modes.luma = LumaMode::kNew;
    modes.vector = {static_cast<std::int16_t>(value), static_cast<std::int16_t>(-value)};
    modes = normal_form(modes, false);
    BoolEncoder encoder;
    write_macroblock_header(encoder, coding, {0, 0}, around, modes);
    const ByteVector bytes = std::move(encoder).finish();
    BoolDecoder decoder(bytes);
    ASSERT_EQ(read_macroblock_header(decoder, coding, {0, 0}, around, 0), modes) << value;
  }
}

TEST(NearVectors, WeighNeighboursAndTurnSigns) {
  MacroblockModes above, left, corner;
  above.reference = ReferenceFrame::kLast;
  above.luma = LumaMode::kNew;
  above.vector = {4, -8};
  left.reference = ReferenceFrame::kGolden;
  left.luma = LumaMode::kNew;
  left.vector = {-4, 8};
  const VectorBounds bounds = vector_bounds({640, 480}, 5, 5);
  SignBiases biases;
  // Without biases: two different vectors of equal weight; the one above comes first.
  auto near = find_near_vectors({above, left, corner}, ReferenceFrame::kLast, biases, bounds);
  EXPECT_EQ(near.nearest, above.vector);
  EXPECT_EQ(near.near, left.vector);
  EXPECT_EQ(near.best, above.vector);
  // With golden's sign turned, both agree.
  biases.of[2] = true;
  near = find_near_vectors({above, left, corner}, ReferenceFrame::kLast, biases, bounds);
  EXPECT_EQ(near.nearest, above.vector);
  EXPECT_TRUE(near.near.is_zero());
  // Clamped at the picture's first macroblock: 16 samples outside.
  above.vector = {-300, -300};
  near = find_near_vectors({above, outside_macroblock(), corner}, ReferenceFrame::kLast, {},
                           vector_bounds({640, 480}, 0, 0));
  EXPECT_EQ(near.nearest, (MotionVector{-64, -64}));
}

TEST(NearVectors, ArithmeticWrapsAtFifteenBits) {
  EXPECT_EQ(wrap_vector(16383), 16383);
  EXPECT_EQ(wrap_vector(16384), -16384);
  EXPECT_EQ(wrap_vector(-16385), 16383);
  EXPECT_EQ(negated({-16384, 5}), (MotionVector{-16384, -5}));
}

TEST(Tokens, RandomMacroblocksRoundTripWithTheirContexts) {
  const auto seed = seed_or(23);
  SCOPED_TRACE(seed);
  Random random(seed);
  FrameHeader header = random_header(random, false, {});
  const auto probabilities = updated_probabilities(Probabilities::defaults(), header).coefficients;
  std::vector<MacroblockCoefficients> written;
  std::vector<bool> with_y2;
  BoolEncoder encoder;
  TokenContext above, left;
  for (int i = 0; i < 500; ++i) {
    with_y2.push_back(random.chance(1, 2));
    written.push_back(random_coefficients(random, with_y2.back()));
    write_tokens(encoder, probabilities, with_y2.back(), above, left, written.back());
    if (i % 16 == 15) skip_tokens(with_y2.back(), above, left);
  }
  const ByteVector bytes = std::move(encoder).finish();
  BoolDecoder decoder(bytes);
  TokenContext read_above, read_left;
  for (std::size_t i = 0; i < written.size(); ++i) {
    MacroblockCoefficients read;
    const bool any = read_tokens(decoder, probabilities, with_y2[i], read_above, read_left, read);
    ASSERT_EQ(read, written[i]) << i;
    EXPECT_EQ(any, written[i].any());
    if (i % 16 == 15) skip_tokens(with_y2[i], read_above, read_left);
  }
  EXPECT_EQ(read_above, above);
  EXPECT_EQ(read_left, left);
  EXPECT_FALSE(decoder.past_end());
}

TEST(Tokens, EveryMagnitudeRoundTrips) {
  const auto& probabilities = Probabilities::defaults().coefficients;
  for (int level = -tables::kMaxLevel; level <= tables::kMaxLevel; ++level) {
    MacroblockCoefficients one;
    one.levels[0][0] = static_cast<std::int16_t>(level != 0 ? level : 1);
    one.ends[0] = 1;
    BoolEncoder encoder;
    TokenContext above, left;
    write_tokens(encoder, probabilities, false, above, left, one);
    const ByteVector bytes = std::move(encoder).finish();
    BoolDecoder decoder(bytes);
    MacroblockCoefficients read;
    TokenContext read_above, read_left;
    ASSERT_TRUE(read_tokens(decoder, probabilities, false, read_above, read_left, read));
    ASSERT_EQ(read, one) << level;
  }
}

TEST(Quantizer, FactorsFollowTheTablesAndTheirExceptions) {
  QuantizerFields deltas;
  const DequantFactors finest = dequant_factors(0, deltas);
  EXPECT_EQ(finest, (DequantFactors{4, 4, 8, 8, 4, 4}));  // y2_ac: 4*155/100 = 6, raised to 8
  const DequantFactors coarsest = dequant_factors(127, deltas);
  EXPECT_EQ(coarsest, (DequantFactors{157, 284, 314, 440, 132, 284}));  // uv_dc stops at 132
  deltas.y_dc_delta = 15;
  deltas.uv_ac_delta = -15;
  EXPECT_EQ(dequant_factors(127, deltas).y_dc, 157);
  EXPECT_EQ(dequant_factors(0, deltas).uv_ac, 4);
}

}  // namespace
}  // namespace skirret::test
