#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "codec/bitstream/bool_decoder.hh"
#include "codec/bitstream/bool_encoder.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::BoolDecoder;
using codec::BoolEncoder;

struct Symbol {
  bool bit;
  std::uint8_t probability;
};

std::vector<Symbol> random_symbols(Random& random, std::size_t count) {
  std::vector<Symbol> symbols;
  const int style = random.between(0, 3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto probability = static_cast<std::uint8_t>(style == 0   ? random.below(256)
                                                       : style == 1 ? 255
                                                       : style == 2 ? random.below(3)
                                                                    : 128);
    const bool likely = static_cast<int>(random.below(256)) >= probability;
    symbols.push_back({style == 1 ? random.chance(1, 50) : likely, probability});
  }
  return symbols;
}

TEST(BoolCoder, RoundTripsAndNeverLooksPastItsEnd) {
  const auto seed = seed_or(11);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 300; ++round) {
    const auto symbols = random_symbols(random, random.below(2000));
    BoolEncoder encoder;
    std::size_t size = encoder.size();
    for (const auto& symbol : symbols) {
      encoder.write(symbol.bit, symbol.probability);
      ASSERT_GE(encoder.size(), size);
      size = encoder.size();
    }
    const ByteVector bytes = std::move(encoder).finish();
    ASSERT_EQ(bytes.size(), size);

    BoolDecoder decoder(bytes);
    for (std::size_t i = 0; i < symbols.size(); ++i)
      ASSERT_EQ(decoder.read(symbols[i].probability), symbols[i].bit) << round << " symbol " << i;
    EXPECT_FALSE(decoder.past_end());
  }
}

TEST(BoolCoder, RunsWriteTheSameBytes) {
  Random random(seed_or(13));
  for (int round = 0; round < 200; ++round) {
    const auto symbols = random_symbols(random, random.below(2000));
    BoolEncoder plain, in_runs;
    for (const auto& symbol : symbols) plain.write(symbol.bit, symbol.probability);
    for (std::size_t at = 0; at < symbols.size();) {
      const std::size_t end = std::min(symbols.size(), at + 1 + random.below(300));
      if (random.chance(1, 4)) {
        for (; at < end; ++at) in_runs.write(symbols[at].bit, symbols[at].probability);
        continue;
      }
      BoolEncoder::Run run(in_runs);
      for (; at < end; ++at) run.write(symbols[at].bit, symbols[at].probability);
    }
    ASSERT_EQ(std::move(in_runs).finish(), std::move(plain).finish()) << round;
  }
}

TEST(BoolCoder, CarriesRunThroughManyBytes) {
  // A long run of unlikely zeros keeps the low end just below a byte boundary, then a one carries.
  BoolEncoder encoder;
  std::vector<Symbol> symbols;
  for (int i = 0; i < 400; ++i) symbols.push_back({i % 7 != 0, static_cast<std::uint8_t>(1 + i % 5)});
  for (int i = 0; i < 40; ++i) symbols.push_back({true, 255});
  for (const auto& symbol : symbols) encoder.write(symbol.bit, symbol.probability);
  const ByteVector bytes = std::move(encoder).finish();
  BoolDecoder decoder(bytes);
  for (const auto& symbol : symbols) ASSERT_EQ(decoder.read(symbol.probability), symbol.bit);
}

// The decoder of RFC 6386 section 7.3, bit by bit, zeros past the end: what ours must equal.
class PlainDecoder {
 public:
  explicit PlainDecoder(Bytes bytes) : bytes_(bytes) {
    value_ = byte() << 8;
    value_ |= byte();
  }
  bool read(int probability) {
    const int split = 1 + (((range_ - 1) * probability) >> 8);
    const bool bit = value_ >= split << 8;
    if (bit) value_ -= split << 8;
    range_ = bit ? range_ - split : split;
    while (range_ < 128) {
      value_ = value_ << 1 & 0xffff;  // bytes that no encoder makes (0xff first) lose their top as in libvpx
      range_ <<= 1;
      ++consumed_;
      if (++shifts_ == 8) {
        shifts_ = 0;
        value_ |= byte();
      }
    }
    return bit;
  }
  bool past_end() const { return consumed_ + 8 > static_cast<long>(bytes_.size()) * 8; }

 private:
  int byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  Bytes bytes_;
  std::size_t at_ = 0;
  int value_ = 0;
  int range_ = 255;
  int shifts_ = 0;
  long consumed_ = 0;
};

TEST(BoolCoder, DecodesAnyBytesAsTheDocumentDoesAndKnowsWhenTheyEnd) {
  const auto seed = seed_or(12);
  SCOPED_TRACE(seed);
  Random random(seed);
  for (std::size_t size = 0; size < 40; ++size) {
    for (int round = 0; round < 20; ++round) {
      const ByteVector bytes = random.bytes(size);
      BoolDecoder decoder(bytes);
      PlainDecoder plain(bytes);
      ASSERT_EQ(decoder.past_end(), plain.past_end());
      for (int i = 0; i < 500; ++i) {
        const auto probability = static_cast<std::uint8_t>(random.below(256));
        ASSERT_EQ(decoder.read(probability), plain.read(probability)) << size << " symbol " << i;
        ASSERT_EQ(decoder.past_end(), plain.past_end()) << size << " symbol " << i;
      }
    }
  }
}

TEST(BoolCoder, LiteralsAndSigns) {
  BoolEncoder encoder;
  encoder.literal(0x5a, 7);
  encoder.flag(true);
  encoder.literal(3, 2);
  encoder.flag(true);
  encoder.flag(false);
  const ByteVector bytes = std::move(encoder).finish();
  BoolDecoder decoder(bytes);
  EXPECT_EQ(decoder.literal(7), 0x5au);
  EXPECT_TRUE(decoder.flag());
  EXPECT_EQ(decoder.literal(2), 3u);
  EXPECT_EQ(decoder.apply_sign(9), -9);
  EXPECT_EQ(decoder.apply_sign(9), 9);
}

}  // namespace
}  // namespace skirret::test
