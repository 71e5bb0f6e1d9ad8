#include "tests/codec/encoder/random_scenes.hh"

#include <algorithm>

namespace skirret::test {

using codec::PlaneName;

RandomScene::RandomScene(Random& random, codec::Dimensions dimensions)
    : dimensions_(dimensions),
      slope_x_(random.between(-3, 3)),
      slope_y_(random.between(-3, 3)),
      texture_(random.between(0, 60)),
      noise_(random.chance(1, 4) ? random.between(20, 255) : random.between(0, 8)),
      speed_x_(random.between(-9, 9)),
      speed_y_(random.between(-9, 9)) {}

codec::Picture RandomScene::picture(Random& random) {
  codec::MutablePicture made(dimensions_);
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const codec::MutablePlaneView plane = made.display_plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) {
        const int u = x + speed_x_ * time_ / 4, v = y + speed_y_ * time_ / 4;
        const int pattern = ((u * 7 + v * 13) ^ (u * v / 5)) & 63;
        const int value = 128 + slope_x_ * x / 2 + slope_y_ * y / 2 + (pattern - 32) * texture_ / 32 +
                          random.between(-noise_, noise_) / 2;
        *plane.at(x, y) = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
      }
  }
  made.extend_margin();
  ++time_;
  return codec::Picture(std::move(made));
}

codec::Dimensions random_dimensions(Random& random, int largest) {
  return {random.between(1, largest), random.between(1, largest)};
}

codec::FramePlan random_plan(Random& random, bool key_frame) {
  codec::FramePlan plan;
  plan.kind = key_frame ? codec::FrameKind::kKey : codec::FrameKind::kInter;
  plan.show = random.chance(9, 10);
  plan.refresh_last = random.chance(4, 5);
  plan.refresh_golden = random.chance(1, 4);
  plan.refresh_altref = random.chance(1, 4);
  plan.copy_to_golden = static_cast<std::uint8_t>(random.between(0, 2));
  plan.copy_to_altref = static_cast<std::uint8_t>(random.between(0, 2));
  plan.use_golden = random.chance(4, 5);
  plan.use_altref = random.chance(4, 5);
  plan.log2_partitions = static_cast<std::uint8_t>(random.between(0, 3));
  plan.profile = random.chance(1, 2) ? std::uint8_t{0} : static_cast<std::uint8_t>(random.between(1, 3));
  plan.refresh_entropy = random.chance(4, 5);
  plan.scene_cut = !key_frame && random.chance(1, 8);
  plan.regions = {random.chance(1, 2), random.chance(1, 2), random.chance(1, 2)};
  return plan;
}

codec::Hints random_hints(Random& random, const codec::Picture& target, const codec::Picture& before,
                          const codec::Candidate& coded) {
  codec::Hints hints;
  hints.previous_vectors = coded.vectors;
  hints.previous_source = random.chance(1, 2) ? target : before;
  auto still = std::make_shared<std::vector<std::uint8_t>>();
  for (int i = 0; i < target.dimensions().mb_count(); ++i)
    still->push_back(static_cast<std::uint8_t>(random.between(0, 60)));
  hints.stillness = std::move(still);
  return hints;
}

}  // namespace skirret::test
