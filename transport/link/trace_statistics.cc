#include "transport/link/trace_statistics.hh"

#include <algorithm>
#include <vector>

#include "codec/base/check.hh"
#include "transport/link/link_log.hh"

namespace skirret::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double at_quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1) + 0.5)];
}

double autocorrelation(const std::vector<double>& values, std::size_t lag) {
  const double mean = mean_of(values);
  double product = 0;
  double square = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    square += (values[i] - mean) * (values[i] - mean);
    if (i + lag < values.size()) product += (values[i] - mean) * (values[i + lag] - mean);
  }
  return square > 0 ? product / square : 0;
}

}  // namespace

TraceStatistics measure(OpportunitySource& source, Duration length) {
  SKIRRET_CHECK(length >= seconds(10) && length % seconds(1) == Duration::zero());
  std::vector<double> by_second(static_cast<std::size_t>(length / seconds(1)));
  std::vector<bool> used(static_cast<std::size_t>(length / milliseconds(20)));
  Duration last{};
  Duration in_outages{};
  int outages = 0;
  for (Duration at = source.next(); at < length; at = source.next()) {
    by_second[static_cast<std::size_t>(at / seconds(1))] += 1;
    used[static_cast<std::size_t>(at / milliseconds(20))] = true;
    if (at - last >= kOutageGap) {
      ++outages;
      in_outages += at - last;
    }
    last = at;
  }
  const double mean = mean_of(by_second);
  SKIRRET_CHECK(mean > 0);
  TraceStatistics result;
  result.mean_mbit = mean * static_cast<double>(kOpportunityCapacityBits) * 1e-6;
  result.p5 = at_quantile(by_second, 0.05) / mean;
  result.p50 = at_quantile(by_second, 0.5) / mean;
  result.p95 = at_quantile(by_second, 0.95) / mean;
  result.empty_20ms =
      static_cast<double>(std::count(used.begin(), used.end(), false)) / static_cast<double>(used.size());
  result.correlation_1s = autocorrelation(by_second, 1);
  result.correlation_5s = autocorrelation(by_second, 5);
  result.outages_per_minute = 60 * outages / to_seconds(length);
  result.outage_share = to_seconds(in_outages) / to_seconds(length);
  return result;
}

}  // namespace skirret::transport
