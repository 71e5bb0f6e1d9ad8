#pragma once

#include <optional>
#include <span>

namespace skirret::bench {

// One coding of a clip: bits a second (any unit, above 0) and how good it looks (dB, any scale).
struct RatePoint {
  double rate = 0;
  double quality = 0;
};

// How log rate is drawn through the points: one cubic for all of them (Bjøntegaard, VCEG-M33: exact for four
// points, least squares for more), or piecewise cubics that keep each piece monotone (JCTVC-L1100; Fritsch
// and Butland's derivatives).
enum class BdMethod { kCubic, kPiecewise };

// Bjøntegaard's rate difference: by how many percent more bits `test` has than `anchor` at equal quality,
// mean of log rate over the qualities that both curves reach. Points in any order. Nothing where it is not
// defined: fewer than four points, rates not above 0, two points of one quality, or no common quality.
std::optional<double> bd_rate(std::span<const RatePoint> anchor, std::span<const RatePoint> test,
                              BdMethod method);

}  // namespace skirret::bench
