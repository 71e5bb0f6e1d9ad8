#include "transport/packetizer/path_mtu.hh"

#include <algorithm>

namespace skirret::transport {

PathMtu::PathMtu(std::size_t base, std::size_t ceiling, TimePoint now)
    : base_(base), ceiling_(ceiling), size_(base) {
  search(now + kFirstSearch);
}

void PathMtu::search(TimePoint at) {
  step_ = 0;
  attempts_ = 0;
  probing_ = false;
  while (step_ < kSizes.size() && kSizes[step_] > ceiling_) ++step_;
  next_ = step_ < kSizes.size() && kSizes[step_] > size_ ? at : kNever;
}

std::optional<std::size_t> PathMtu::probe(TimePoint now) const {
  if (probing_ || now < next_) return std::nullopt;
  return kSizes[step_];
}

void PathMtu::probe_sent() {
  probing_ = true;
  ++attempts_;
}

bool PathMtu::probe_delivered(std::size_t size, TimePoint now) {
  if (size <= size_) return false;
  size_ = size;
  lost_in_a_row_ = 0;
  search(now + kSearchAgain);
  return true;
}

void PathMtu::probe_lost(TimePoint now) {
  if (!probing_) return;
  probing_ = false;
  next_ = now;
  if (attempts_ < kAttempts) return;
  attempts_ = 0;
  ++step_;
  if (step_ == kSizes.size() || kSizes[step_] <= size_) search(now + kSearchAgain);
}

void PathMtu::delivered(std::uint64_t number, std::size_t size) {
  if (size <= base_) return;
  newest_long_ = std::max(newest_long_, number + 1);
  lost_in_a_row_ = 0;
}

bool PathMtu::lost(std::uint64_t number, std::size_t size, TimePoint now) {
  if (size <= base_ || number < newest_long_ || size_ == base_) return false;
  if (++lost_in_a_row_ < kBlackHole) return false;
  lost_in_a_row_ = 0;
  size_ = base_;
  search(now + kSearchAgain);
  return true;
}

void PathMtu::path_changed(TimePoint now) {
  size_ = base_;
  lost_in_a_row_ = 0;
  search(now + kFirstSearch);
}

}  // namespace skirret::transport
