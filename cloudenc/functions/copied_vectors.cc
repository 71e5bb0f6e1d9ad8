#include "cloudenc/functions/copied_vectors.hh"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

using codec::MotionVector;
using codec::PlaneView;

constexpr int kSide = 16;
constexpr int kMostCopies = 8;             // looked at for one macroblock
constexpr std::size_t kFewestCopies = 12;  // macroblocks that make a vector a common one
constexpr std::size_t kMostAlike = 16;  // macroblocks looked for by the same line: patterns stand everywhere
constexpr int kFilterBits = 18;

// Of 16 samples.
std::uint64_t hash_of(const std::uint8_t* samples) {
  std::array<std::uint64_t, 2> half{};
  std::memcpy(half.data(), samples, kSide);
  const std::uint64_t mixed = half[0] * 0x9e37'79b9'7f4a'7c15 ^ half[1] * 0xc2b2'ae3d'27d4'eb4f;
  return mixed * 0x1656'67b1'9e37'79f9;
}

std::size_t filter_place(std::uint64_t hash) {
  return hash >> (64 - kFilterBits);
}

bool same(PlaneView a, int ax, int ay, PlaneView b, int bx, int by) {
  for (int y = 0; y < kSide; ++y)
    if (std::memcmp(a.at(ax, ay + y), b.at(bx, by + y), kSide) != 0) return false;
  return true;
}

// How often a sample differs from the one before it, or the one above.
int changes(const std::uint8_t* samples, const std::uint8_t* others, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += samples[i] != others[i] ? 1 : 0;
  return sum;
}

// The line of a macroblock that is least like others; nothing for flat ones and plain lines, which stand
// everywhere.
std::optional<int> telling_line(PlaneView plane, int x, int y) {
  int across = 0, down = 0, most = 0, line = 0;
  for (int j = 0; j < kSide; ++j) {
    const std::uint8_t* const samples = plane.at(x, y + j);
    const int here = changes(samples + 1, samples, kSide - 1);
    if (here > most) line = j;
    most = std::max(most, here);
    across += here;
    if (j > 0) down += changes(samples, plane.at(x, y + j - 1), kSide);
  }
  return across >= kSide && down >= kSide ? std::optional(line) : std::nullopt;
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

  struct Target {
    std::size_t macroblock = 0;
    int line = 0;  // of it, which has the hash
  };

  void name_targets() {
    for (int y = 0; y + kSide <= target_.height; y += kSide)
      for (int x = 0; x + kSide <= target_.width; x += kSide) {
        // What stands where it stood needs no copy from elsewhere.
        if (same(target_, x, y, previous_, x, y)) continue;
        const auto line = telling_line(target_, x, y);
        if (!line) continue;
        const std::uint64_t hash = hash_of(target_.at(x, y + *line));
        if (targets_.count(hash) == kMostAlike) continue;
        targets_.emplace(hash, Target{static_cast<std::size_t>(y / kSide * cols_ + x / kSide), *line});
        (*filter_)[filter_place(hash)] = true;
      }
  }

  void look() {
    const auto& filter = *filter_;
    for (int y = 0; y < previous_.height; ++y) {
      const std::uint8_t* const samples = previous_.row(y);
      for (int x = 0; x + kSide <= previous_.width; ++x) {
        const std::uint64_t hash = hash_of(samples + x);
        if (!filter[filter_place(hash)]) continue;
        const auto [first, last] = targets_.equal_range(hash);
        for (auto at = first; at != last; ++at) offer(at->second.macroblock, x, y - at->second.line);
      }
    }
  }

  void offer(std::size_t index, int x, int y) {
    if (y < 0 || y + kSide > previous_.height) return;
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
  std::unordered_multimap<std::uint64_t, Target> targets_;  // by the hash of one of their lines
  using Filter = std::bitset<std::size_t{1} << kFilterBits>;
  std::unique_ptr<Filter> filter_ = std::make_unique<Filter>();
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
