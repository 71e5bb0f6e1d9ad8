#include "cloudenc/functions/given_state.hh"

#include <algorithm>

#include <gtest/gtest.h>

#include "cloudenc/functions/copied_vectors.hh"
#include "cloudenc/vpx/vpx_encoder.hh"
#include "codec/decoder/decoder.hh"
#include "codec/encoder/rebase.hh"
#include "codec/quality/quality.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::MotionVector;
using codec::Picture;

// A window of a large random texture, soft enough to be followed.
class Panorama {
 public:
  explicit Panorama(Random& random) : samples_(static_cast<std::size_t>(kSide * kSide)) {
    for (std::uint8_t& sample : samples_) sample = static_cast<std::uint8_t>(random.below(256));
  }
  Picture at(int left, int top) const {
    codec::MutablePicture picture({320, 128});
    for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
      const int scale = name == codec::PlaneName::kY ? 1 : 2;
      const codec::MutablePlaneView plane = picture.plane(name);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) *plane.at(x, y) = soft(left + x * scale, top + y * scale);
    }
    return Picture(std::move(picture));
  }

 private:
  static constexpr int kSide = 640, kGrain = 6;
  std::uint8_t soft(int x, int y) const {
    int sum = 0;
    for (int dy = 0; dy < 2; ++dy)
      for (int dx = 0; dx < 2; ++dx) {
        const int fx = dx == 1 ? x % kGrain : kGrain - x % kGrain,
                  fy = dy == 1 ? y % kGrain : kGrain - y % kGrain;
        sum += fx * fy * samples_[static_cast<std::size_t>((y / kGrain + dy) * kSide + x / kGrain + dx)];
      }
    return static_cast<std::uint8_t>(sum / (kGrain * kGrain));
  }
  std::vector<std::uint8_t> samples_;
};

TEST(VectorsOfChunks, AreThoseOfLastAndSecondFrames) {
  Random random(seed_or(71));
  const Panorama panorama(random);
  std::vector<Picture> pictures;
  for (const int left : {200, 205, 203}) pictures.push_back(panorama.at(left, 100));
  const auto frames = cloudenc::encode_chunk(pictures, std::vector<int>(3, 20), cloudenc::VpxEffort::kGood);
  ASSERT_TRUE(frames.has_value());
  const auto count = [](const std::vector<MotionVector>& vectors, int col) {
    return std::count(vectors.begin(), vectors.end(), MotionVector{0, static_cast<std::int16_t>(col * 4)});
  };
  const auto second = cloudenc::first_vectors(*frames);
  const auto end = cloudenc::chunk_end(*frames);
  ASSERT_TRUE(second.has_value() && end.has_value());
  ASSERT_EQ(second->size(), 160u);
  ASSERT_EQ(end->vectors.size(), 160u);
  EXPECT_GT(count(*second, 5), 80);
  EXPECT_GT(count(end->vectors, -2), 80);
  EXPECT_GT(codec::measure_luma(end->state.last, pictures[2]).psnr(codec::PlaneName::kY), 30);
  EXPECT_TRUE(cloudenc::first_vectors(std::span(*frames).first(1))->empty());
  EXPECT_TRUE(cloudenc::chunk_end(std::span(*frames).first(1))->vectors.empty());
}

// Motion too far to be found without knowing where to look.
// What is read along a chunk without making its pictures is what is read with them.
TEST(ContextAfter, IsWhatParsingNeeds) {
  Random random(seed_or(77));
  const Panorama panorama(random);
  std::vector<Picture> pictures;
  for (const int left : {200, 205, 203, 190, 191}) pictures.push_back(panorama.at(left, 100));
  const auto frames = cloudenc::encode_chunk(pictures, {{10, 30, 20, 25, 40}}, cloudenc::VpxEffort::kQuick);
  ASSERT_TRUE(frames.has_value());
  codec::State whole, context;
  for (const ByteVector& frame : *frames) {
    const auto parsed = codec::parse(whole, frame), alone = codec::parse(context, frame);
    ASSERT_TRUE(parsed.has_value() && alone.has_value());
    EXPECT_EQ(alone->modes, parsed->modes);
    EXPECT_EQ(alone->coefficients, parsed->coefficients);
    whole = codec::reconstruct(whole, *parsed).next;
    context = cloudenc::context_after(context, *alone);
    EXPECT_EQ(context.probabilities, whole.probabilities);
  }
}

TEST(EncodeGivenState, LooksWhereLibvpxFoundMotion) {
  Random random(seed_or(72));
  const Panorama panorama(random);
  const std::vector<Picture> pictures = {panorama.at(200, 100), panorama.at(296, 140)};
  const auto before = cloudenc::encode_chunk(std::span(pictures).first(1), std::vector<int>(1, 8),
                                             cloudenc::VpxEffort::kGood);
  ASSERT_TRUE(before.has_value());
  const codec::State from = cloudenc::chunk_end(*before)->state;
  const auto bytes = [&](const codec::Hints& hints) {
    return cloudenc::encode_given_state(from, pictures[1], hints, {.quantizer = 30})->bytes.size();
  };
  const std::vector<MotionVector> known(160, MotionVector{160, 384});
  codec::Hints previous, next;
  previous.previous_vectors = known;
  next.seeds = {known};
  const std::size_t blind = bytes({});
  EXPECT_LT(bytes(previous), blind * 3 / 4);
  EXPECT_LT(bytes(next), blind * 3 / 4);
}

Picture pasted(const Picture& picture, const Picture& piece, int x, int y) {
  codec::MutablePicture made(picture.dimensions());
  for (const auto name : {codec::PlaneName::kY, codec::PlaneName::kU, codec::PlaneName::kV}) {
    const int scale = name == codec::PlaneName::kY ? 1 : 2;
    const codec::MutablePlaneView to = made.plane(name);
    const codec::PlaneView from = picture.plane(name), with = piece.plane(name);
    for (int row = 0; row < to.height; ++row)
      for (int col = 0; col < to.width; ++col) {
        const bool inside = row >= y / scale && col >= x / scale;
        *to.at(col, row) = inside ? *with.at(col - x / scale, row - y / scale) : *from.at(col, row);
      }
  }
  return Picture(std::move(made));
}

TEST(CopiedVectors, FindPagesThatScroll) {
  Random random(seed_or(74));
  const Panorama panorama(random);
  const Picture before = panorama.at(200, 100);
  const auto scrolled = cloudenc::copied_vectors(before, panorama.at(200, 160));
  ASSERT_EQ(scrolled.size(), 1u);
  EXPECT_EQ(scrolled[0], std::vector<MotionVector>(160, MotionVector{240, 0}));
  // A window that is dragged over a page that stays.
  const Picture window = Panorama(random).at(300, 300);
  const auto dragged =
      cloudenc::copied_vectors(pasted(before, window, 16, 12), pasted(before, window, 48, 20));
  ASSERT_EQ(dragged.size(), 1u);
  EXPECT_EQ(dragged[0][159], (MotionVector{-32, -128}));
  EXPECT_TRUE(cloudenc::copied_vectors(before, before).empty());
  EXPECT_TRUE(cloudenc::copied_vectors(before, Panorama(random).at(5, 5)).empty());
}

// The same line everywhere: nobody looks for more than a few of them, and what else is told stays.
TEST(CopiedVectors, ArePatternsNowhere) {
  Random random(seed_or(76));
  const auto dither = [](int row, int col) {
    codec::MutablePicture made({320, 128});
    made.fill(100, 128, 128);
    const codec::MutablePlaneView luma = made.plane(codec::PlaneName::kY);
    for (int y = 0; y < luma.height; ++y)
      for (int x = 0; x < luma.width; ++x)
        *luma.at(x, y) = static_cast<std::uint8_t>((x + col + y + row) % 2 == 0 ? 40 : 60);
    return Picture(std::move(made));
  };
  const Picture window = Panorama(random).at(300, 300);
  const auto dragged =
      cloudenc::copied_vectors(pasted(dither(0, 0), window, 16, 12), pasted(dither(0, 1), window, 48, 20));
  ASSERT_FALSE(dragged.empty());
  const MotionVector with_it{-32, -128};
  EXPECT_TRUE(std::ranges::count(dragged[0], with_it) > 20 || std::ranges::count(dragged[1], with_it) > 20);
}

// As a screen's own vectors: those of the copies are as good as any.
TEST(CopiedVectors, MakeScrollingCheap) {
  Random random(seed_or(75));
  const Panorama panorama(random);
  const std::vector<Picture> pictures = {panorama.at(200, 100), panorama.at(200, 180)};
  const auto before = cloudenc::encode_chunk(std::span(pictures).first(1), std::vector<int>(1, 8),
                                             cloudenc::VpxEffort::kGood);
  const codec::State from = cloudenc::chunk_end(*before)->state;
  codec::Hints hints;
  const auto bytes = [&] {
    return cloudenc::encode_given_state(from, pictures[1], hints, {.quantizer = 30})->bytes.size();
  };
  const std::size_t blind = bytes();
  hints.seeds = cloudenc::copied_vectors(pictures[0], pictures[1]);
  EXPECT_LT(bytes(), blind * 9 / 10);
}

TEST(EncodeGivenState, DecodesAndRefreshesWhatItShould) {
  Random random(seed_or(73));
  const Panorama panorama(random);
  const std::vector<Picture> pictures = {panorama.at(200, 100), panorama.at(202, 101)};
  const auto before = cloudenc::encode_chunk(std::span(pictures).first(1), std::vector<int>(1, 20),
                                             cloudenc::VpxEffort::kGood);
  const codec::State from = cloudenc::chunk_end(*before)->state;
  for (const int which : {0, 1, 2, 3}) {
    const bool golden = which % 2 == 1, altref = which >= 2;
    const auto candidate = cloudenc::encode_given_state(
        from, pictures[1], {}, {.quantizer = 30, .refresh_golden = golden, .refresh_altref = altref});
    ASSERT_TRUE(candidate.has_value());
    const auto decoded = codec::decode(from, candidate->bytes);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_TRUE(decoded->next == codec::finish(from, *candidate));
    EXPECT_EQ(decoded->next.golden == decoded->next.last, golden);
    EXPECT_EQ(decoded->next.altref == decoded->next.last, altref);
    EXPECT_GT(codec::measure_luma(decoded->shown, pictures[1]).psnr(codec::PlaneName::kY), 30);
  }
}

// The frame was coded where the last picture was the best reference; here golden is.
TEST(FindAgain, LooksAtReferencesThatTheFrameDidNotHave) {
  Random random(seed_or(76));
  const Panorama panorama(random);
  const std::vector<Picture> pictures = {panorama.at(200, 100), panorama.at(202, 101)};
  const auto chunk = cloudenc::encode_chunk(pictures, std::vector<int>(2, 20), cloudenc::VpxEffort::kQuick);
  ASSERT_TRUE(chunk.has_value());
  const codec::State own = cloudenc::chunk_end(std::span(*chunk).first(1))->state;
  const auto frame = codec::parse(own, (*chunk)[1]);
  ASSERT_TRUE(frame.has_value());
  // Something else was shown in between.
  const auto between = cloudenc::encode_given_state(
      own, panorama.at(40, 260), {}, {.quantizer = 30, .refresh_golden = false, .refresh_altref = false});
  ASSERT_TRUE(between.has_value());
  const codec::State to = codec::finish(own, *between);
  codec::RebaseOptions keeping;
  keeping.own = &own;
  const auto kept = codec::rebase(to, pictures[1], *frame, keeping);
  const auto found = cloudenc::find_again(to, pictures[1], *frame, {});
  ASSERT_TRUE(kept.has_value() && found.has_value());
  EXPECT_LT(found->bytes.size(), kept->bytes.size() / 2);
  EXPECT_EQ(found->quantizer, frame->header.quantizer.y_ac);
  EXPECT_FALSE(found->header.references.refresh_golden);
  EXPECT_TRUE(codec::decode(to, found->bytes)->next == codec::finish(to, *found));
  cloudenc::FindingAgain refreshing;
  refreshing.refresh_golden = true;
  const auto golden = cloudenc::find_again(to, pictures[1], *frame, refreshing);
  ASSERT_TRUE(golden.has_value());
  EXPECT_TRUE(golden->header.references.refresh_golden);
}

}  // namespace
}  // namespace skirret::test
