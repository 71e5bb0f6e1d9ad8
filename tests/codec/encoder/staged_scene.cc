#include "tests/codec/encoder/staged_scene.hh"

#include <algorithm>

#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using codec::PlaneName;

int floor_div(int value, int by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

}  // namespace

int Texture::lattice(int x, int y, int scale) const {
  Random random(seed_ ^ (static_cast<std::uint64_t>(static_cast<std::uint32_t>(x)) << 32) ^
                (static_cast<std::uint64_t>(static_cast<std::uint32_t>(y)) << 4) ^
                static_cast<std::uint64_t>(scale));
  return static_cast<int>(random.next() >> 56) - 128;
}

int Texture::noise(int x, int y, int scale) const {
  const int col = floor_div(x, scale), row = floor_div(y, scale);
  const int right = x - col * scale, down = y - row * scale;
  const int above = lattice(col, row, scale) * (scale - right) + lattice(col + 1, row, scale) * right;
  const int below = lattice(col, row + 1, scale) * (scale - right) + lattice(col + 1, row + 1, scale) * right;
  return (above * (scale - down) + below * down) / (scale * scale);
}

int Texture::at(int x, int y) const {
  return std::clamp(128 + noise(x, y, 16) * coarse_ / 128 + noise(x, y, 4) * fine_ / 128, 0, 255);
}

codec::Picture staged_picture(codec::Dimensions dimensions, const Texture& background, const Texture& face,
                              Spot head, int radius) {
  codec::MutablePicture made(dimensions);
  made.fill(0, 128, 128);
  const codec::MutablePlaneView luma = made.plane(PlaneName::kY);
  for (int y = 0; y < luma.height; ++y)
    for (int x = 0; x < luma.width; ++x) {
      const int right = x - head.x, down = y - head.y;
      const bool inside = right * right + down * down < radius * radius;
      *luma.at(x, y) = static_cast<std::uint8_t>(inside ? face.at(right, down) : background.at(x, y));
    }
  return codec::Picture(std::move(made));
}

codec::Picture panned_picture(codec::Dimensions dimensions, const Texture& background, Spot corner) {
  codec::MutablePicture made(dimensions);
  made.fill(0, 128, 128);
  const codec::MutablePlaneView luma = made.plane(PlaneName::kY);
  for (int y = 0; y < luma.height; ++y)
    for (int x = 0; x < luma.width; ++x)
      *luma.at(x, y) = static_cast<std::uint8_t>(background.at(x + corner.x, y + corner.y));
  return codec::Picture(std::move(made));
}

}  // namespace skirret::test
