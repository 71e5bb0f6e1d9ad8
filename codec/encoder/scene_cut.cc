#include "codec/encoder/scene_cut.hh"

#include <array>

#include "codec/encoder/coarse_motion.hh"
#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

constexpr std::uint32_t kNoise = 4;  // what a sample may differ by, more than from its macroblock's mean

constexpr int kMost = 256 * 3 / 5;

}  // namespace

int fresh_share(const Picture& before, const Picture& now) {
  const EncoderKernels& kernels = encoder_kernels();
  const PlaneView old = before.plane(PlaneName::kY), luma = now.plane(PlaneName::kY);
  std::array<std::uint8_t, 16> line{};
  int fresh = 0, all = 0;
  for (int y = 0; y < luma.height; y += 16)
    for (int x = y % 64; x < luma.width; x += 64, ++all) {
      const std::uint8_t* const block = luma.at(x, y);
      line.fill(0);
      const std::uint32_t sum = kernels.sad_16x16(block, luma.stride, line.data(), 0);
      line.fill(static_cast<std::uint8_t>((sum + 128) / 256));
      const std::uint32_t deviation = kernels.sad_16x16(block, luma.stride, line.data(), 0);
      // What differs from line to line as much as from its mean is noise, which is new in each frame.
      if (2 * kernels.sad_16x8(block, luma.stride, luma.at(x, y + 1), luma.stride) > deviation + 128 * kNoise)
        continue;
      fresh += kernels.sad_16x16(block, luma.stride, old.at(x, y), old.stride) > deviation + 256 * kNoise;
    }
  return all > 0 ? fresh * 256 / all : 0;
}

bool is_scene_cut(const Picture& before, const Picture& now) {
  if (fresh_share(before, now) < kMost) return false;
  const CoarseMotion motion(before, now);
  return motion.global().is_zero() || motion.agreeing() * 3 < motion.count();
}

}  // namespace skirret::codec
