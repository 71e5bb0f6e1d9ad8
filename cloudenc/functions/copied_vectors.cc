#include "cloudenc/functions/copied_vectors.hh"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <map>
#include <memory>
#include <unordered_map>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

using codec::MotionVector;
using codec::PlaneView;

constexpr int kSide = 16;
constexpr int kMostCopies = 8;             // looked at for one macroblock
constexpr std::size_t kFewestCopies = 12;  // macroblocks that make a vector a common one
constexpr std::uint32_t kAcross = 0x01000193, kDown = 0x9e3779b1;

constexpr std::uint32_t power(std::uint32_t base, int exponent) {
  std::uint32_t result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

// What a sample, or a line, that leaves a window still weighs in its hash.
constexpr std::uint32_t kLeaving = power(kAcross, kSide - 1), kLineLeaving = power(kDown, kSide - 1);

// Hashes of the 16x16 windows that begin in one line after another; each line's come from the ones above.
class Windows {
 public:
  explicit Windows(PlaneView plane)
      : plane_(plane), width_(plane.width - kSide + 1), hashes_(static_cast<std::size_t>(width_)) {
    lines_.resize(hashes_.size() * kSide);
    for (int y = 0; y < kSide; ++y) enter(y);
  }

  int line() const { return line_; }
  int width() const { return width_; }
  std::uint32_t at(int x) const { return hashes_[static_cast<std::size_t>(x)]; }

  bool next() {
    if (line_ + kSide >= plane_.height) return false;
    enter(line_ + kSide);
    ++line_;
    return true;
  }

 private:
  // Line `y` in, the one 16 above it out.
  void enter(int y) {
    const std::uint8_t* const samples = plane_.row(y);
    std::uint32_t* const kept = lines_.data() + hashes_.size() * static_cast<std::size_t>(y % kSide);
    std::uint32_t hash = 0;
    for (int x = 0; x < kSide - 1; ++x) hash = hash * kAcross + samples[x];
    for (int x = 0; x < width_; ++x) {
      hash = hash * kAcross + samples[x + kSide - 1];
      std::uint32_t& sum = hashes_[static_cast<std::size_t>(x)];
      sum = (sum - (y >= kSide ? kept[x] * kLineLeaving : 0)) * kDown + hash;
      kept[x] = hash;
      hash -= samples[x] * kLeaving;
    }
  }

  PlaneView plane_;
  int width_, line_ = 0;
  std::vector<std::uint32_t> hashes_, lines_;
};

// As Windows has it, of one window.
std::uint32_t hash_of(PlaneView plane, int x, int y) {
  std::uint32_t hash = 0;
  for (int j = 0; j < kSide; ++j) {
    std::uint32_t line = 0;
    for (int i = 0; i < kSide; ++i) line = line * kAcross + *plane.at(x + i, y + j);
    hash = hash * kDown + line;
  }
  return hash;
}

bool same(PlaneView a, int ax, int ay, PlaneView b, int bx, int by) {
  for (int y = 0; y < kSide; ++y)
    if (std::memcmp(a.at(ax, ay + y), b.at(bx, by + y), kSide) != 0) return false;
  return true;
}

// Flat ones and plain lines stand everywhere.
bool is_telling(PlaneView plane, int x, int y) {
  int across = 0, down = 0;
  for (int j = 0; j < kSide; ++j)
    for (int i = 0; i < kSide; ++i) {
      if (i > 0) across += *plane.at(x + i, y + j) != *plane.at(x + i - 1, y + j) ? 1 : 0;
      if (j > 0) down += *plane.at(x + i, y + j) != *plane.at(x + i, y + j - 1) ? 1 : 0;
    }
  return across >= 16 && down >= 16;
}

class Copies {
 public:
  Copies(const codec::Picture& previous, const codec::Picture& target)
      : previous_(previous.plane(codec::PlaneName::kY)),
        target_(target.plane(codec::PlaneName::kY)),
        cols_(target.dimensions().mb_cols()),
        found_(static_cast<std::size_t>(target.dimensions().mb_count())) {}

  std::vector<std::vector<MotionVector>> vectors() {
    name_targets();
    if (targets_.size() >= kFewestCopies) look();
    const std::vector<MotionVector> common = commonest();
    if (common.empty()) return {};
    std::vector<MotionVector> own(found_.size(), common[0]);
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (!found_[i].empty())
        own[i] =
            *std::ranges::max_element(found_[i], {}, [this](MotionVector v) { return votes_.at(key(v)); });
    std::vector<std::vector<MotionVector>> all = {std::move(own)};
    if (common.size() > 1) all.emplace_back(found_.size(), common[1]);
    return all;
  }

 private:
  static std::pair<int, int> key(MotionVector v) { return {v.row, v.col}; }

  void name_targets() {
    for (int y = 0; y + kSide <= target_.height; y += kSide)
      for (int x = 0; x + kSide <= target_.width; x += kSide) {
        // What stands where it stood needs no copy from elsewhere.
        if (!is_telling(target_, x, y) || same(target_, x, y, previous_, x, y)) continue;
        const std::uint32_t hash = hash_of(target_, x, y);
        targets_.emplace(hash, static_cast<std::size_t>(y / kSide * cols_ + x / kSide));
        (*filter_)[hash >> 16] = true;
      }
  }

  void look() {
    Windows windows(previous_);
    do {
      for (int x = 0; x < windows.width(); ++x) {
        const std::uint32_t hash = windows.at(x);
        if (!(*filter_)[hash >> 16]) continue;
        const auto [first, last] = targets_.equal_range(hash);
        for (auto at = first; at != last; ++at) offer(at->second, x, windows.line());
      }
    } while (windows.next());
  }

  void offer(std::size_t index, int x, int y) {
    const int col = static_cast<int>(index) % cols_ * kSide, row = static_cast<int>(index) / cols_ * kSide;
    auto& found = found_[index];
    if (found.size() == kMostCopies || !same(target_, col, row, previous_, x, y)) return;
    found.push_back({static_cast<std::int16_t>((y - row) * 4), static_cast<std::int16_t>((x - col) * 4)});
    ++votes_[key(found.back())];
  }

  // At most two, by falling votes.
  std::vector<MotionVector> commonest() const {
    std::vector<std::pair<int, std::pair<int, int>>> ranking;
    for (const auto& [vector, votes] : votes_)
      if (votes >= static_cast<int>(kFewestCopies)) ranking.emplace_back(-votes, vector);
    std::ranges::sort(ranking);
    std::vector<MotionVector> common;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, ranking.size()); ++i)
      common.push_back({static_cast<std::int16_t>(ranking[i].second.first),
                        static_cast<std::int16_t>(ranking[i].second.second)});
    return common;
  }

  const PlaneView previous_, target_;
  const int cols_;
  std::unordered_multimap<std::uint32_t, std::size_t> targets_;  // macroblocks by hash
  std::unique_ptr<std::bitset<65536>> filter_ = std::make_unique<std::bitset<65536>>();
  std::vector<std::vector<MotionVector>> found_;  // of each macroblock
  std::map<std::pair<int, int>, int> votes_;
};

}  // namespace

std::vector<std::vector<MotionVector>> copied_vectors(const codec::Picture& previous,
                                                      const codec::Picture& target) {
  SKIRRET_CHECK(previous.dimensions() == target.dimensions());
  return Copies(previous, target).vectors();
}

}  // namespace skirret::cloudenc
