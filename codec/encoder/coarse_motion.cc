#include "codec/encoder/coarse_motion.hh"

#include <algorithm>
#include <compare>
#include <cstdlib>
#include <map>
#include <utility>

#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

constexpr int kScale = 4;   // each way
constexpr int kBlock = 8;   // of the small picture
constexpr int kReach = 16;  // how far a vector leads there
constexpr int kMargin = kReach + kBlock;
constexpr int kSparse = 3;           // every third square each way is looked for everywhere
constexpr std::size_t kLeading = 3;  // of the vectors found so, those that most squares agree on

// A plane at a quarter of its size, edges replicated into a margin.
class SmallPlane {
 public:
  explicit SmallPlane(PlaneView plane)
      : width_((plane.width / kScale + kBlock - 1) / kBlock * kBlock),
        height_((plane.height / kScale + kBlock - 1) / kBlock * kBlock),
        stride_(width_ + 2 * kMargin),
        samples_(static_cast<std::size_t>(stride_ * (height_ + 2 * kMargin))) {
    const int right = plane.width / kScale - 1, bottom = plane.height / kScale - 1;
    for (int y = 0; y < height_; ++y) {
      std::uint8_t* const line = writable(0, y);
      for (int x = 0; x < width_; ++x)
        line[x] = mean(plane, std::min(x, right) * kScale, std::min(y, bottom) * kScale);
      std::fill_n(line - kMargin, kMargin, line[0]);
      std::fill_n(line + width_, kMargin, line[width_ - 1]);
    }
    for (int y = 1; y <= kMargin; ++y) {
      std::copy_n(writable(-kMargin, 0), stride_, writable(-kMargin, -y));
      std::copy_n(writable(-kMargin, height_ - 1), stride_, writable(-kMargin, height_ - 1 + y));
    }
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

struct Offset {
  int x = 0, y = 0;
  auto operator<=>(const Offset&) const = default;
};

// One square of `to`, and where in `from` it came from.
class Square {
 public:
  Square(const SmallPlane& from, const SmallPlane& to, int x, int y)
      : from_(from), to_(to), x_(x), y_(y), zero_(sad({})), least_(zero_) {}

  void offer(Offset offset) {
    if (std::abs(offset.x) > kReach || std::abs(offset.y) > kReach) return;
    take(offset, sad(offset));
  }

  void look_everywhere() {
    for (int dy = -kReach; dy <= kReach; ++dy)
      for (int dx = -kReach; dx < kReach; dx += 4) {
        const std::uint8_t* const first = from_.at(x_ + dx, y_ + dy);
        const std::uint8_t* const at[4] = {first, first + 1, first + 2, first + 3};
        std::uint32_t sads[4];
        encoder_kernels().four_sads_8x8(to_.at(x_, y_), to_.stride(), at, from_.stride(), sads);
        for (int i = 0; i < 4; ++i) take({dx + i, dy}, sads[i]);
      }
  }

  void walk_downhill() {
    for (Offset centre = {kReach + 1, 0}; centre != best_;) {
      centre = best_;
      for (const Offset step : {Offset{1, 0}, Offset{-1, 0}, Offset{0, 1}, Offset{0, -1}})
        offer({centre.x + step.x, centre.y + step.y});
    }
  }

  // Where it beats staying clearly, else zero.
  Offset found() const { return least_ * 8 > zero_ * 7 ? Offset{} : best_; }

 private:
  std::uint32_t sad(Offset offset) const {
    return encoder_kernels().sad_8x8(to_.at(x_, y_), to_.stride(), from_.at(x_ + offset.x, y_ + offset.y),
                                     from_.stride());
  }
  void take(Offset offset, std::uint32_t difference) {
    const auto score = difference + static_cast<std::uint32_t>(std::abs(offset.x) + std::abs(offset.y));
    if (score >= least_) return;
    least_ = score;
    best_ = offset;
  }

  const SmallPlane& from_;
  const SmallPlane& to_;
  int x_, y_;
  std::uint32_t zero_, least_;
  Offset best_;
};

// The vectors that most of a sparse grid's squares agree on, the most frequent first.
std::vector<Offset> leading_offsets(const SmallPlane& from, const SmallPlane& to) {
  std::map<Offset, int> votes;
  for (int y = kBlock; y < to.height(); y += kSparse * kBlock)
    for (int x = kBlock; x < to.width(); x += kSparse * kBlock) {
      Square square(from, to, x, y);
      square.look_everywhere();
      ++votes[square.found()];
    }
  std::vector<std::pair<int, Offset>> sorted;
  for (const auto& [offset, count] : votes)
    if (offset != Offset{}) sorted.emplace_back(-count, offset);
  std::ranges::sort(sorted);
  std::vector<Offset> leading;
  for (std::size_t i = 0; i < std::min(kLeading, sorted.size()); ++i) leading.push_back(sorted[i].second);
  return leading;
}

MotionVector vector_of(Offset offset) {
  return {static_cast<std::int16_t>(offset.y * kScale * 4), static_cast<std::int16_t>(offset.x * kScale * 4)};
}

}  // namespace

CoarseMotion::CoarseMotion(const Picture& from, const Picture& to) {
  const SmallPlane before(from.plane(PlaneName::kY)), now(to.plane(PlaneName::kY));
  cols_ = now.width() / kBlock;
  const std::vector<Offset> leading = leading_offsets(before, now);
  std::map<Offset, int> votes;
  std::vector<Offset> above(static_cast<std::size_t>(cols_));
  int most = 0;
  for (int y = 0; y < now.height(); y += kBlock) {
    Offset left;
    for (int x = 0; x < now.width(); x += kBlock) {
      Offset& over = above[static_cast<std::size_t>(x / kBlock)];
      Square square(before, now, x, y);
      for (const Offset offset : leading) square.offer(offset);
      square.offer(left);
      square.offer(over);
      square.walk_downhill();
      left = over = square.found();
      vectors_.push_back(vector_of(left));
      const int count = ++votes[left];
      if (count <= most) continue;
      most = count;
      global_ = vector_of(left);
    }
  }
}

int CoarseMotion::agreeing() const {
  constexpr int kNear = kScale * 4;  // one step of the small picture
  return static_cast<int>(std::ranges::count_if(vectors_, [&](MotionVector v) {
    return std::abs(v.row - global_.row) <= kNear && std::abs(v.col - global_.col) <= kNear;
  }));
}

}  // namespace skirret::codec
