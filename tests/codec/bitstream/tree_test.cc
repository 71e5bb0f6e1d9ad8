#include "codec/bitstream/tree.hh"

#include <gtest/gtest.h>

#include "codec/bitstream/bool_decoder.hh"
#include "codec/bitstream/bool_encoder.hh"
#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/bitstream/tables/vector_tables.hh"

namespace skirret::test {
namespace {

using namespace codec::tables;

template <std::size_t N>
void expect_every_leaf_round_trips(const std::array<codec::TreeIndex, N>& tree) {
  const int leaves = static_cast<int>(N / 2) + 1;
  std::array<std::uint8_t, N / 2> probabilities{};
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    probabilities[i] = static_cast<std::uint8_t>(20 + 23 * i);
  codec::BoolEncoder encoder;
  for (int value = 0; value < leaves; ++value) codec::write_tree(encoder, tree, probabilities, value);
  const ByteVector bytes = std::move(encoder).finish();
  codec::BoolDecoder decoder(bytes);
  for (int value = 0; value < leaves; ++value)
    EXPECT_EQ(codec::read_tree(decoder, tree, probabilities), value);
}

TEST(Tree, EveryLeafOfEveryTreeRoundTrips) {
  expect_every_leaf_round_trips(kSegmentTree);
  expect_every_leaf_round_trips(kKeyLumaTree);
  expect_every_leaf_round_trips(kLumaTree);
  expect_every_leaf_round_trips(kChromaTree);
  expect_every_leaf_round_trips(kSubblockModeTree);
  expect_every_leaf_round_trips(kInterModeTree);
  expect_every_leaf_round_trips(kSplitTree);
  expect_every_leaf_round_trips(kSplitVectorTree);
  expect_every_leaf_round_trips(kVectorShortTree);
}

}  // namespace
}  // namespace skirret::test
