#include "tests/codec/oracle/moving_picture.hh"

#include <algorithm>

namespace skirret::test {
namespace {

using codec::Dimensions;
using codec::MutablePicture;
using codec::MutablePlaneView;
using codec::Picture;
using codec::PlaneName;

struct Box {
  int x, y, dx, dy, width, height, shade, texture;
};

struct Scene {
  int slope_x, slope_y, drift_x, drift_y, base, noise;
  std::vector<Box> boxes;
};

Scene random_scene(Random& random, Dimensions size) {
  Scene scene{random.between(-6, 6),
              random.between(-6, 6),
              random.between(-5, 5),
              random.between(-5, 5),
              random.between(0, 255),
              random.chance(1, 2) ? random.between(1, 24) : 0,
              {}};
  const int boxes = random.between(0, 4);
  for (int i = 0; i < boxes; ++i)
    scene.boxes.push_back({random.between(0, size.width), random.between(0, size.height),
                           random.between(-9, 9), random.between(-9, 9), random.between(4, 40),
                           random.between(4, 40), random.between(0, 255), random.between(1, 60)});
  return scene;
}

int triangle(int value) {  // 0..255..0 with period 512
  const int phase = ((value % 512) + 512) % 512;
  return phase < 256 ? phase : 511 - phase;
}

// Quarter-sample motion: positions advance by `time` in quarters.
int sample(const Scene& scene, int x, int y, int time) {
  int value = triangle(
      scene.base +
      (scene.slope_x * (4 * x + scene.drift_x * time) + scene.slope_y * (4 * y + scene.drift_y * time)) / 4);
  for (const Box& box : scene.boxes) {
    const int u = x - box.x - box.dx * time / 4;
    const int v = y - box.y - box.dy * time / 4;
    if (u >= 0 && v >= 0 && u < box.width && v < box.height)
      value = box.shade + ((u * 7 + v * 13) % 16) * box.texture / 16;
  }
  return value;
}

void paint(const Scene& scene, MutablePlaneView plane, int scale, int time, Random& random) {
  for (int y = 0; y < plane.height; ++y)
    for (int x = 0; x < plane.width; ++x) {
      const int noise = scene.noise > 0 ? random.between(-scene.noise, scene.noise) : 0;
      plane.row(y)[x] =
          static_cast<std::uint8_t>(std::clamp(sample(scene, x * scale, y * scale, time) + noise, 0, 255));
    }
}

}  // namespace

std::vector<Picture> moving_pictures(Random& random, Dimensions dimensions, int count, Motion motion) {
  std::vector<Picture> made;
  Scene scene = random_scene(random, dimensions);
  Scene colour = random_scene(random, dimensions);
  for (int time = 0; time < count; ++time) {
    if (motion == Motion::kCalm)
      scene.noise = colour.noise = 1;
    else if (random.chance(1, 12))
      scene = random_scene(random, dimensions);
    MutablePicture picture(dimensions);
    paint(scene, picture.display_plane(PlaneName::kY), 1, time, random);
    paint(colour, picture.display_plane(PlaneName::kU), 2, time, random);
    paint(scene, picture.display_plane(PlaneName::kV), 2, time + 7, random);
    picture.extend_margin();
    made.emplace_back(std::move(picture));
  }
  return made;
}

}  // namespace skirret::test
