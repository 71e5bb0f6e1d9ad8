#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <vector>

#include "tests/support/channel_keys.hh"
#include "tests/transport/session_bounds/live_bytes.hh"

namespace skirret::test {

inline double cpu_microseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

// What a flood of datagrams costs the end that takes them.
struct Flood {
  std::size_t half_bytes = 0;  // live after half of them …
  std::size_t full_bytes = 0;  // … and after all, above what there was before
  double early_us = 0;         // CPU a datagram: the least of the batches in the second twentieth …
  double late_us = 0;          // … and in the last one
};

// `step(i)` hands in datagram i; it is told apart from what makes the datagram by timing nothing else.
template <class Step>
Flood flood(std::size_t count, Step step) {
  constexpr std::size_t kBatches = 200;
  const std::size_t before = live_bytes();
  Flood result;
  std::vector<double> each;
  each.reserve(kBatches);
  const std::size_t size = count / kBatches;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    double spent = 0;
    for (std::size_t k = 0; k < size; ++k) spent += step(batch * size + k);
    each.push_back(spent / static_cast<double>(size));
    if (batch + 1 == kBatches / 2) result.half_bytes = live_bytes() - before;
  }
  result.full_bytes = live_bytes() - before;
  const auto least = [&](std::size_t from) {
    return *std::min_element(each.begin() + static_cast<std::ptrdiff_t>(from),
                             each.begin() + static_cast<std::ptrdiff_t>(from + kBatches / 20));
  };
  result.early_us = least(kBatches / 20);
  result.late_us = least(kBatches - kBatches / 20);
  return result;
}

}  // namespace skirret::test
