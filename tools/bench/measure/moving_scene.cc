#include "tools/bench/measure/moving_scene.hh"

#include <utility>

#include "transport/link/random.hh"

namespace skirret::bench {
namespace {

std::uint8_t texture(std::uint64_t seed, int x, int y) {
  const auto bits =
      static_cast<std::uint64_t>(static_cast<std::uint32_t>(x)) << 32 | static_cast<std::uint32_t>(y);
  return static_cast<std::uint8_t>(transport::LinkRandom(bits ^ seed).next());
}

}  // namespace

PictureSource moving_scene(codec::Dimensions size, std::uint64_t seed) {
  return [=](std::uint64_t index) {
    const int t = static_cast<int>(index);
    codec::MutablePicture picture(size);
    picture.fill(128, 120, 135);
    const codec::MutablePlaneView luma = picture.display_plane(codec::PlaneName::kY);
    for (int y = 0; y < luma.height; ++y) {
      for (int x = 0; x < luma.width; ++x) {
        const bool block = ((x - 3 * t) & 63) < 20 && ((y + t) & 63) < 24;
        const int coarse =
            block ? texture(seed + 1, (x - 3 * t) / 4, (y + t) / 4) : texture(seed, (x + t / 2) / 8, y / 8);
        const int grain = texture(seed + index, x, y) % 5;
        luma.row(y)[x] = static_cast<std::uint8_t>(40 + coarse / 2 + grain);
      }
    }
    picture.extend_margin();
    return codec::Picture(std::move(picture));
  };
}

}  // namespace skirret::bench
