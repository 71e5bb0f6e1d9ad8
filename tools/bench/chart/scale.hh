#pragma once

#include <vector>

namespace skirret::bench {

// From values to places, with round values to mark. On a logarithmic one values above 0 only are drawable.
class Scale {
 public:
  Scale(double low, double high, double at_low, double at_high, bool logarithmic);

  double operator()(double value) const;  // clamped to the two ends
  bool drawable(double value) const;
  std::vector<double> marks() const;

 private:
  double mapped(double value) const;
  std::vector<double> log_marks() const;
  std::vector<double> even_marks() const;

  bool log_;
  double low_;
  double high_;
  double at_low_;
  double at_high_;
};

}  // namespace skirret::bench
