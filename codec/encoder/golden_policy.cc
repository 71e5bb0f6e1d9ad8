#include "codec/encoder/golden_policy.hh"

#include "codec/encoder/scene_cut.hh"
#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

constexpr std::uint8_t kFromLast = 1, kFromGolden = 2;  // what altref may take, as in ReferenceFields

// More than coding and noise do to a macroblock.
bool differs(PlaneView a, PlaneView b, int x, int y) {
  constexpr std::uint32_t kDifferent = 256 * 8;
  return encoder_kernels().sad_16x16(a.at(x, y), a.stride, b.at(x, y), b.stride) > kDifferent;
}

// Whether altref remembers more than golden.
bool altref_is_worth_more(const State& from, const Picture& target) {
  const PlaneView now = target.plane(PlaneName::kY), golden = from.golden.plane(PlaneName::kY),
                  altref = from.altref.plane(PlaneName::kY);
  int altref_only = 0, golden_only = 0, changed = 0;
  for (int y = 0; y < now.height; y += 16)
    for (int x = 0; x < now.width; x += 16) {
      const bool of_altref = differs(now, altref, x, y), of_golden = differs(now, golden, x, y);
      changed += of_altref;
      altref_only += of_altref && !of_golden;
      golden_only += of_golden && !of_altref;
    }
  return altref_only > golden_only && changed * 2 <= target.dimensions().mb_count();
}

}  // namespace

FramePlan plan_interframe(const GoldenPolicy& policy, const State& from, const Hints& hints,
                          const Picture& target) {
  FramePlan plan;
  const bool known =
      !hints.previous_source.empty() && hints.previous_source.dimensions() == target.dimensions();
  plan.scene_cut = known && is_scene_cut(hints.previous_source, target);
  if (plan.scene_cut && hints.golden_age >= policy.least_age) {
    plan.refresh_golden = true;
    plan.copy_to_altref = kFromLast;
  } else if (hints.golden_age >= policy.refresh_age) {
    plan.refresh_golden = true;
    const bool same_size = from.has_pictures() && from.dimensions == target.dimensions();
    if (!(policy.keep_covered && same_size && altref_is_worth_more(from, target)))
      plan.copy_to_altref = kFromGolden;
  }
  return plan;
}

}  // namespace skirret::codec
