#include "sender/effort_control.hh"

#include <algorithm>

namespace skirret::sender {

void EffortControl::coded(Duration took) {
  if (config_.share == Duration::zero()) return;
  if (needed_calm_ == 0) needed_calm_ = config_.calm_frames;
  if (took > config_.share) {
    calm_ = 0;
    // Two late frames in a row: one alone may be the machine's fault, not the effort's.
    if (++late_ >= 2 && level_ > config_.lowest) {
      --level_;
      late_ = 0;
      // A step up that failed is tried less and less often.
      needed_calm_ = std::min(needed_calm_ * 2, config_.calm_frames * 16);
    }
    return;
  }
  late_ = 0;
  if (took * 2 > config_.share) {
    calm_ = 0;
    return;
  }
  if (++calm_ >= needed_calm_ && level_ < config_.highest) {
    ++level_;
    calm_ = 0;
  }
}

}  // namespace skirret::sender
