#include "tools/bench/codec/bd_rate.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace skirret::bench {
namespace {

constexpr std::size_t kLeastPoints = 4;

// log10 of the rate by quality, rising in quality.
struct Curve {
  std::vector<double> x, y;

  double low() const { return x.front(); }
  double high() const { return x.back(); }
};

std::optional<Curve> curve_of(std::span<const RatePoint> points) {
  if (points.size() < kLeastPoints) return std::nullopt;
  std::vector<RatePoint> sorted(points.begin(), points.end());
  std::ranges::sort(sorted, {}, &RatePoint::quality);
  Curve curve;
  for (const RatePoint& point : sorted) {
    if (!(point.rate > 0) || !std::isfinite(point.rate) || !std::isfinite(point.quality)) return std::nullopt;
    if (!curve.x.empty() && point.quality <= curve.x.back()) return std::nullopt;
    curve.x.push_back(point.quality);
    curve.y.push_back(std::log10(point.rate));
  }
  return curve;
}

// A cubic in (x - centre), lowest power first.
struct Cubic {
  double centre = 0;
  std::array<double, 4> c{};

  double integral_to(double x) const {
    const double t = x - centre;
    return t * (c[0] + t * (c[1] / 2 + t * (c[2] / 3 + t * c[3] / 4)));
  }
  double integral(double from, double to) const { return integral_to(to) - integral_to(from); }
};

using Rows = std::array<std::array<double, 5>, 4>;

// Gauss with pivoting; the last column is the right side.
std::array<double, 4> solve(Rows rows) {
  for (std::size_t i = 0; i < 4; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i + 1; r < 4; ++r)
      if (std::abs(rows[r][i]) > std::abs(rows[pivot][i])) pivot = r;
    std::swap(rows[i], rows[pivot]);
    for (std::size_t r = 0; r < 4; ++r) {
      if (r == i) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (std::size_t k = i; k < 5; ++k) rows[r][k] -= factor * rows[i][k];
    }
  }
  return {rows[0][4] / rows[0][0], rows[1][4] / rows[1][1], rows[2][4] / rows[2][2], rows[3][4] / rows[3][3]};
}

Cubic fitted_cubic(const Curve& curve) {
  Cubic cubic;
  cubic.centre = (curve.low() + curve.high()) / 2;
  Rows rows{};
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const double t = curve.x[i] - cubic.centre;
    const std::array<double, 4> powers = {1, t, t * t, t * t * t};
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::size_t k = 0; k < 4; ++k) rows[r][k] += powers[r] * powers[k];
      rows[r][4] += powers[r] * curve.y[i];
    }
  }
  cubic.c = solve(rows);
  return cubic;
}

// The slope at an end: of the parabola through three points, held where it would turn the curve.
double end_slope(double h0, double h1, double d0, double d1) {
  const double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
  if (slope * d0 <= 0) return 0;
  return d0 * d1 <= 0 && std::abs(slope) > std::abs(3 * d0) ? 3 * d0 : slope;
}

std::vector<double> monotone_slopes(const std::vector<double>& h, const std::vector<double>& d) {
  const std::size_t pieces = h.size();
  std::vector<double> slopes(pieces + 1);
  for (std::size_t i = 1; i < pieces; ++i)
    if (d[i - 1] * d[i] > 0)
      slopes[i] = 3 * (h[i - 1] + h[i]) / ((2 * h[i] + h[i - 1]) / d[i - 1] + (h[i] + 2 * h[i - 1]) / d[i]);
  slopes.front() = end_slope(h[0], h[1], d[0], d[1]);
  slopes.back() = end_slope(h[pieces - 1], h[pieces - 2], d[pieces - 1], d[pieces - 2]);
  return slopes;
}

double piecewise_integral(const Curve& curve, double from, double to) {
  const std::size_t pieces = curve.x.size() - 1;
  std::vector<double> h(pieces), d(pieces);
  for (std::size_t i = 0; i < pieces; ++i) {
    h[i] = curve.x[i + 1] - curve.x[i];
    d[i] = (curve.y[i + 1] - curve.y[i]) / h[i];
  }
  const std::vector<double> slopes = monotone_slopes(h, d);
  double sum = 0;
  for (std::size_t i = 0; i < pieces; ++i) {
    const double left = std::max(from, curve.x[i]), right = std::min(to, curve.x[i + 1]);
    if (left >= right) continue;
    const Cubic piece = {curve.x[i],
                         {curve.y[i], slopes[i], (3 * d[i] - 2 * slopes[i] - slopes[i + 1]) / h[i],
                          (slopes[i] + slopes[i + 1] - 2 * d[i]) / (h[i] * h[i])}};
    sum += piece.integral(left, right);
  }
  return sum;
}

}  // namespace

std::optional<double> bd_rate(std::span<const RatePoint> anchor, std::span<const RatePoint> test,
                              BdMethod method) {
  const auto a = curve_of(anchor), b = curve_of(test);
  if (!a || !b) return std::nullopt;
  const double low = std::max(a->low(), b->low()), high = std::min(a->high(), b->high());
  if (low >= high) return std::nullopt;
  const auto integral = [&](const Curve& curve) {
    return method == BdMethod::kCubic ? fitted_cubic(curve).integral(low, high)
                                      : piecewise_integral(curve, low, high);
  };
  const double difference = (integral(*b) - integral(*a)) / (high - low);
  return (std::pow(10, difference) - 1) * 100;
}

}  // namespace skirret::bench
