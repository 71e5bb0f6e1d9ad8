#include "transport/crypto/replay_window.hh"

#include <algorithm>

namespace skirret::transport {

namespace {

constexpr std::uint64_t bit_of(std::uint64_t number) {
  return std::uint64_t{1} << (number % 64);
}

}  // namespace

bool ReplayWindow::is_new(std::uint64_t number) const {
  if (number >= expected_) return true;
  if (expected_ - number > kSize) return false;
  return (seen_[number / 64 % kWords] & bit_of(number)) == 0;
}

void ReplayWindow::mark(std::uint64_t number) {
  if (number >= expected_) {
    // The words between the old top and the new one held numbers that are now too old.
    const std::uint64_t top = expected_ == 0 ? 0 : (expected_ - 1) / 64;
    const std::uint64_t steps = std::min(number / 64 - top, kWords);
    for (std::uint64_t i = 1; i <= steps; ++i) seen_[(top + i) % kWords] = 0;
    expected_ = number + 1;
  } else if (expected_ - number > kSize) {
    return;
  }
  seen_[number / 64 % kWords] |= bit_of(number);
}

}  // namespace skirret::transport
