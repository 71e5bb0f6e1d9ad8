#include "codec/encoder/coarse_motion.hh"

#include <algorithm>
#include <map>
#include <utility>

#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

constexpr int kScale = 4;   // each way
constexpr int kBlock = 8;   // of the small picture
constexpr int kReach = 16;  // how far a vector leads there
constexpr int kMargin = kReach + kBlock;

// A plane at a quarter of its size, edges replicated into a margin.
class SmallPlane {
 public:
  explicit SmallPlane(PlaneView plane)
      : width_((plane.width / kScale + kBlock - 1) / kBlock * kBlock),
        height_((plane.height / kScale + kBlock - 1) / kBlock * kBlock),
        stride_(width_ + 2 * kMargin),
        samples_(static_cast<std::size_t>(stride_ * (height_ + 2 * kMargin))) {
    for (int y = -kMargin; y < height_ + kMargin; ++y)
      for (int x = -kMargin; x < width_ + kMargin; ++x)
        *writable(x, y) = mean(plane, std::clamp(x, 0, plane.width / kScale - 1) * kScale,
                               std::clamp(y, 0, plane.height / kScale - 1) * kScale);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  std::ptrdiff_t stride() const { return stride_; }
  const std::uint8_t* at(int x, int y) const {
    return samples_.data() + (y + kMargin) * stride_ + x + kMargin;
  }

 private:
  std::uint8_t* writable(int x, int y) { return samples_.data() + (y + kMargin) * stride_ + x + kMargin; }
  static std::uint8_t mean(PlaneView plane, int x, int y) {
    int sum = kScale * kScale / 2;
    for (int line = 0; line < kScale; ++line) {
      const std::uint8_t* const samples = plane.at(x, y + line);
      sum += samples[0] + samples[1] + samples[2] + samples[3];
    }
    return static_cast<std::uint8_t>(sum / (kScale * kScale));
  }

  int width_, height_;
  std::ptrdiff_t stride_;
  std::vector<std::uint8_t> samples_;
};

// Steps of halving length around the best so far.
MotionVector search(const SmallPlane& from, const SmallPlane& to, int x, int y) {
  const auto sad = [&](int dx, int dy) {
    return encoder_kernels().sad_8x8(to.at(x, y), to.stride(), from.at(x + dx, y + dy), from.stride()) +
           static_cast<std::uint32_t>(std::abs(dx) + std::abs(dy));
  };
  const std::uint32_t still = sad(0, 0);
  std::uint32_t best = still;
  int best_x = 0, best_y = 0;
  for (int step = kReach / 2; step > 0; step /= 2) {
    const int centre_x = best_x, centre_y = best_y;
    for (int dy = -step; dy <= step; dy += step)
      for (int dx = -step; dx <= step; dx += step) {
        const std::uint32_t score = sad(centre_x + dx, centre_y + dy);
        if (score >= best) continue;
        best = score;
        best_x = centre_x + dx;
        best_y = centre_y + dy;
      }
  }
  if (best * 8 > still * 7) return {};
  return {static_cast<std::int16_t>(best_y * kScale * 4), static_cast<std::int16_t>(best_x * kScale * 4)};
}

}  // namespace

CoarseMotion::CoarseMotion(const Picture& from, const Picture& to) {
  const SmallPlane before(from.plane(PlaneName::kY)), now(to.plane(PlaneName::kY));
  cols_ = now.width() / kBlock;
  std::map<std::pair<int, int>, int> votes;
  int most = 0;
  for (int y = 0; y < now.height(); y += kBlock)
    for (int x = 0; x < now.width(); x += kBlock) {
      const MotionVector v = vectors_.emplace_back(search(before, now, x, y));
      const int count = ++votes[{v.row, v.col}];
      if (count <= most) continue;
      most = count;
      global_ = v;
    }
}

}  // namespace skirret::codec
