#include "codec/encoder/golden_policy.hh"

#include <cstdlib>

namespace skirret::codec {

int mean_difference(const Picture& a, const Picture& b) {
  const PlaneView left = a.plane(PlaneName::kY), right = b.plane(PlaneName::kY);
  std::int64_t sum = 0, count = 0;
  for (int y = 0; y < left.height; y += 8)
    for (int x = 0; x < left.width; x += 8, ++count) sum += std::abs(*left.at(x, y) - *right.at(x, y));
  return static_cast<int>(sum / (count > 0 ? count : 1));
}

FramePlan plan_interframe(const GoldenPolicy& policy, int golden_age, const Picture& target,
                          const Picture& previous_source) {
  FramePlan plan;
  const bool cut = !previous_source.empty() && previous_source.dimensions() == target.dimensions() &&
                   golden_age >= policy.least_age &&
                   mean_difference(target, previous_source) >= policy.cut_difference;
  plan.refresh_golden = cut || golden_age >= policy.refresh_age;
  if (plan.refresh_golden) plan.copy_to_altref = 2;  // altref keeps the golden that goes
  return plan;
}

}  // namespace skirret::codec
