#include "tools/bench/chart/scale.hh"

#include <algorithm>
#include <cmath>

namespace skirret::bench {

Scale::Scale(double low, double high, double at_low, double at_high, bool logarithmic)
    : log_(logarithmic), low_(0), high_(0), at_low_(at_low), at_high_(at_high) {
  low_ = mapped(low);
  high_ = std::max(mapped(high), low_ + 1e-6);
}

double Scale::mapped(double value) const {
  return log_ ? std::log10(std::max(value, 1e-3)) : value;
}

bool Scale::drawable(double value) const {
  return std::isfinite(value) && (!log_ || value > 0);
}

double Scale::operator()(double value) const {
  const double share = (mapped(value) - low_) / (high_ - low_);
  return at_low_ + std::clamp(share, 0.0, 1.0) * (at_high_ - at_low_);
}

std::vector<double> Scale::marks() const {
  return log_ ? log_marks() : even_marks();
}

// Powers of ten, and 2 and 5 times them where there are few of them.
std::vector<double> Scale::log_marks() const {
  std::vector<double> marks;
  const bool dense = high_ - low_ < 1.6;
  for (int power = static_cast<int>(std::floor(low_)); power <= high_ + 1; ++power)
    for (const double step : {1.0, 2.0, 5.0}) {
      if (step != 1 && !dense) continue;
      const double value = step * std::pow(10, power);
      if (std::log10(value) >= low_ - 1e-9 && std::log10(value) <= high_ + 1e-9) marks.push_back(value);
    }
  return marks;
}

// Distances of 1, 2 or 5 times a power of ten, five marks or so.
std::vector<double> Scale::even_marks() const {
  const double rough = (high_ - low_) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= rough) step = factor * power;
  std::vector<double> marks;
  const auto last = static_cast<int>(std::floor(high_ / step + 1e-9));
  for (int i = static_cast<int>(std::ceil(low_ / step - 1e-9)); i <= last; ++i) marks.push_back(i * step);
  return marks;
}

}  // namespace skirret::bench
