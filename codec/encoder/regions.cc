#include "codec/encoder/regions.hh"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "codec/encoder/segment_tree.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/quantizer.hh"

namespace skirret::codec {
namespace {

constexpr int kSamples = 256;      // of a macroblock's luma
constexpr int kSettled = 20;       // frames without motion after which it is background
constexpr std::size_t kWrong = 4;  // this part of the map must be wrong before another is sent

// Motion is what differs by more than noise: the quarter of the macroblocks that differ least shows how much
// noise there is. Above a few levels a sample it is no noise.
std::uint32_t noise_limit(const std::vector<std::uint32_t>& differences) {
  std::vector<std::uint32_t> sorted = differences;
  const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
  std::nth_element(sorted.begin(), quarter, sorted.end());
  return std::min<std::uint32_t>(*quarter * 3 / 2 + kSamples / 2, 4 * kSamples);
}

Stillness count_still(const Picture& target, const Hints& hints, QuantizerRange expected) {
  const Dimensions d = target.dimensions();
  const auto count = static_cast<std::size_t>(d.mb_count());
  if (hints.previous_source.empty() || hints.previous_source.dimensions() != d) return nullptr;
  const PlaneView now = target.plane(PlaneName::kY), before = hints.previous_source.plane(PlaneName::kY);
  std::vector<std::uint32_t> differences;
  differences.reserve(count);
  for (int y = 0; y < d.aligned_height(); y += 16)
    for (int x = 0; x < d.aligned_width(); x += 16)
      differences.push_back(
          encoder_kernels().sad_16x16(now.at(x, y), now.stride, before.at(x, y), before.stride));
  // Noise that a finer step would code again and again is worse than a coarse background.
  const auto step = static_cast<std::uint32_t>(
      dequant_factors(region_quantizer(Region::kStill, (expected.finest + expected.coarsest) / 2), {}).y_ac);
  const std::uint32_t limit = std::min(noise_limit(differences), kSamples * step / 10);
  const bool known = hints.stillness != nullptr && hints.stillness->size() == count;
  auto still = std::make_shared<std::vector<std::uint8_t>>(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (differences[i] > 2 * limit) continue;
    const int age = known ? (*hints.stillness)[i] : 0;
    (*still)[i] = static_cast<std::uint8_t>(std::min(255, age + (differences[i] <= limit)));
  }
  return still;
}

// Many hard edges, and plain samples beside them.
bool is_text(PlaneView luma, int x, int y) {
  constexpr int kHard = 56, kPlain = 3;
  int hard = 0, plain = 0;
  for (int row = 0; row < 16; row += 2) {
    const std::uint8_t* const line = luma.at(x, y + row);
    for (int i = 0; i < 15; ++i) {
      const int step = std::abs(line[i + 1] - line[i]);
      hard += step >= kHard;
      plain += step <= kPlain;
    }
  }
  return hard >= 8 && plain >= 30;
}

int mean_8x8(PlaneView plane, int x, int y) {
  int sum = 0;
  for (int row = 0; row < 8; ++row)
    for (int i = 0; i < 8; ++i) sum += *plane.at(x + i, y + row);
  return sum / 64;
}

// The box that most people's skin falls into in BT.601, whatever its tone; very dark samples have no colour.
bool is_skin(const Picture& picture, int col, int row) {
  const int u = mean_8x8(picture.plane(PlaneName::kU), col * 8, row * 8);
  if (u < 85 || u > 122) return false;
  const int v = mean_8x8(picture.plane(PlaneName::kV), col * 8, row * 8);
  return v >= 137 && v <= 173 && mean_8x8(picture.plane(PlaneName::kY), col * 16 + 4, row * 16 + 4) >= 45;
}

// `kept`: the map that holds without another one, or null.
std::vector<std::uint8_t> wanted_map(const Picture& target, const Regions& regions,
                                     const Stillness& stillness, const SegmentMap& kept) {
  const Dimensions d = target.dimensions();
  std::vector<std::uint8_t> map(static_cast<std::size_t>(d.mb_count()));
  std::size_t at = 0;
  for (int row = 0; row < d.mb_rows(); ++row)
    for (int col = 0; col < d.mb_cols(); ++col, ++at) {
      Region region = Region::kPlain;
      const bool was_still = kept && (*kept)[at] == static_cast<std::uint8_t>(Region::kStill);
      if (regions.still && stillness && (*stillness)[at] >= (was_still ? 1 : kSettled))
        region = Region::kStill;
      if (regions.text && is_text(target.plane(PlaneName::kY), col * 16, row * 16)) region = Region::kText;
      if (regions.skin && is_skin(target, col, row)) region = Region::kSkin;
      map[at] = static_cast<std::uint8_t>(region);
    }
  return map;
}

std::size_t count_wrong(const SegmentMap& kept, const std::vector<std::uint8_t>& wanted) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) wrong += wanted[i] != (kept ? (*kept)[i] : 0);
  return wrong;
}

// Of the quantizer index, at most.
constexpr std::array<Quantizer, 4> kFinerBy = {0, 6, 8, 6};

}  // namespace

Result<Regions> parse_regions(std::string_view names) {
  Regions regions;
  for (bool more = true; more;) {
    const std::size_t comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) names.remove_prefix(comma + 1);
    if (name == "still")
      regions.still = true;
    else if (name == "text")
      regions.text = true;
    else if (name == "skin")
      regions.skin = true;
    else if (name != "none")
      return fail(ErrorCode::kInvalid,
                  "\"" + std::string(name) + "\" is no region: still, text, skin or none");
  }
  return regions;
}

RegionMap find_regions(const State& from, const Picture& target, const FramePlan& plan,
                       QuantizerRange expected, const Hints& hints) {
  RegionMap regions;
  if (!plan.regions.any()) return regions;
  const bool key_frame = plan.kind == FrameKind::kKey;
  if (plan.regions.still && !key_frame) regions.stillness = count_still(target, hints, expected);
  const SegmentMap kept = key_frame ? nullptr : from.segment_map;
  std::vector<std::uint8_t> wanted = wanted_map(target, plan.regions, regions.stillness, kept);
  // Nobody knows what is still: what was may be.
  const bool blind = plan.regions.still && !key_frame && !regions.stillness;
  if (blind || count_wrong(kept, wanted) * kWrong < wanted.size()) {
    regions.map = kept;
    return regions;
  }
  regions.update = true;
  regions.tree_probabilities = segment_tree(wanted);
  regions.map = std::make_shared<const std::vector<std::uint8_t>>(std::move(wanted));
  return regions;
}

// Steps grow with the index by a steady part of themselves but for the finest.
Quantizer region_quantizer(Region region, Quantizer quantizer) {
  return quantizer - std::min(kFinerBy[static_cast<std::size_t>(region)], quantizer / 3);
}

SegmentationFields segmentation_fields(const State& from, const RegionMap& regions, bool key_frame,
                                       Quantizer quantizer) {
  SegmentationFields fields;
  if (!regions.map) return fields;
  fields.enabled = true;
  fields.update_map = regions.update;
  if (regions.update) fields.tree_probabilities = regions.tree_probabilities;
  SegmentationState wanted;
  for (std::size_t i = 0; i < 4; ++i)
    wanted.quantizer[i] =
        static_cast<std::int8_t>(region_quantizer(static_cast<Region>(i), quantizer) - quantizer);
  if (wanted == (key_frame ? SegmentationState{} : from.segmentation)) return fields;
  SegmentData data;
  for (std::size_t i = 0; i < 4; ++i)
    if (wanted.quantizer[i] != 0) data.quantizer[i] = wanted.quantizer[i];
  fields.update_data = data;
  return fields;
}

}  // namespace skirret::codec
