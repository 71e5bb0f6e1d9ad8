#include "codec/picture/picture.hh"

#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace skirret::test {
namespace {

using namespace codec;

TEST(Dimensions, AlignToMacroblocks) {
  const Dimensions odd{175, 143};
  EXPECT_EQ(odd.mb_cols(), 11);
  EXPECT_EQ(odd.mb_rows(), 9);
  EXPECT_EQ(odd.aligned_width(), 176);
  EXPECT_EQ(odd.aligned_height(), 144);
  EXPECT_EQ(Dimensions({1, 1}).mb_count(), 1);
}

TEST(Picture, PlanesAreAlignedAndDisplayCropsRoundUp) {
  const Picture picture = Picture::solid({17, 15}, 1, 2, 3);
  EXPECT_EQ(picture.plane(PlaneName::kY).width, 32);
  EXPECT_EQ(picture.plane(PlaneName::kY).height, 16);
  EXPECT_EQ(picture.plane(PlaneName::kV).width, 16);
  EXPECT_EQ(picture.plane(PlaneName::kV).height, 8);
  EXPECT_EQ(picture.display_plane(PlaneName::kY).width, 17);
  EXPECT_EQ(picture.display_plane(PlaneName::kU).width, 9);
  EXPECT_EQ(picture.display_plane(PlaneName::kU).height, 8);
  EXPECT_EQ(*picture.plane(PlaneName::kY).at(31, 15), 1);
  EXPECT_EQ(*picture.plane(PlaneName::kU).at(15, 7), 2);
  EXPECT_EQ(*picture.plane(PlaneName::kV).at(0, 0), 3);
}

TEST(Picture, EqualityAndHashSeeEverySample) {
  const Picture a = Picture::solid({20, 20}, 9, 9, 9);
  EXPECT_EQ(a, Picture::solid({20, 20}, 9, 9, 9));
  EXPECT_EQ(a.hash(), Picture::solid({20, 20}, 9, 9, 9).hash());
  EXPECT_FALSE(a == Picture::solid({21, 20}, 9, 9, 9));
  EXPECT_NE(a.hash(), Picture::solid({21, 20}, 9, 9, 9).hash());  // same samples, another crop
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    MutablePicture copy = a.copy();
    const auto plane = copy.plane(name);
    *plane.at(plane.width - 1, plane.height - 1) = 10;  // outside the crop, but a reference reads it
    const Picture changed(std::move(copy));
    EXPECT_FALSE(a == changed);
    EXPECT_NE(a.hash(), changed.hash());
  }
}

TEST(Picture, CopiesShareAndMutableCopiesDoNot) {
  const Picture a = Picture::solid({16, 16}, 1, 1, 1);
  const Picture b = a;
  EXPECT_TRUE(a.shares_storage(b));
  const Picture c(a.copy());
  EXPECT_FALSE(a.shares_storage(c));
  EXPECT_EQ(a, c);
  EXPECT_TRUE(Picture{}.empty());
}

TEST(MutablePicture, ExtendsItsMarginFromTheLastColumnAndRow) {
  MutablePicture picture({18, 17});
  picture.fill(0, 0, 0);
  const auto crop = picture.display_plane(PlaneName::kY);
  for (int y = 0; y < crop.height; ++y)
    for (int x = 0; x < crop.width; ++x) *crop.at(x, y) = static_cast<std::uint8_t>(x + 10 * y);
  picture.extend_margin();
  const auto plane = picture.plane(PlaneName::kY);
  EXPECT_EQ(*plane.at(31, 3), 17 + 30);
  EXPECT_EQ(*plane.at(4, 31), 4 + 160);
  EXPECT_EQ(*plane.at(31, 31), 17 + 160);
}

TEST(PicturePool, LendsTheSameMemoryAgain) {
  const PicturePool pool(2);
  const std::uint8_t* first = nullptr;
  {
    MutablePicture made({64, 48}, &pool);
    first = made.plane(PlaneName::kY).data;
    const Picture picture(std::move(made));
    EXPECT_EQ(pool.counts().lent, 1u);
    const Picture shared = picture;
    EXPECT_EQ(pool.counts().lent, 1u);
  }
  EXPECT_EQ(pool.counts().lent, 0u);
  EXPECT_EQ(pool.counts().kept, 1u);
  MutablePicture again({64, 48}, &pool);
  EXPECT_EQ(again.plane(PlaneName::kY).data, first);
  const MutablePicture other({48, 48}, &pool);  // another size is other memory
  EXPECT_EQ(pool.counts().made, 2u);
}

TEST(PicturePool, KeepsNoMoreThanAskedForAndMayEndBeforeItsPictures) {
  auto pool = std::make_unique<PicturePool>(1);
  std::vector<MutablePicture> made;
  for (int i = 0; i < 3; ++i) made.emplace_back(Dimensions{32, 32}, pool.get());
  made.pop_back();
  made.pop_back();
  EXPECT_EQ(pool->counts().kept, 1u);
  EXPECT_EQ(pool->counts().lent, 1u);
  pool.reset();
  made.front().fill(1, 2, 3);
  EXPECT_EQ(*made.front().plane(PlaneName::kV).at(15, 15), 3);
}

}  // namespace
}  // namespace skirret::test
