#pragma once

#include <cstdint>
#include <vector>

#include "codec/picture/picture.hh"
#include "codec/syntax/motion_vector.hh"

namespace skirret::codec {

// Where things went, seen from afar: both pictures at a quarter of their size each way, one vector for each
// square of 32 samples, and the one most of them agree on. Some squares are looked for everywhere within 64
// samples; where those went, or their neighbours, the others are looked for. So what is far away is found,
// however fine its texture, and the camera's own motion is known before the first macroblock is searched.
class CoarseMotion {
 public:
  CoarseMotion(const Picture& from, const Picture& to);

  // Whole-pel vectors in quarter-pels, multiples of 16. Zero where nothing beats zero clearly.
  MotionVector of(int mb_col, int mb_row) const {
    return vectors_[static_cast<std::size_t>(mb_row / 2 * cols_ + mb_col / 2)];
  }
  MotionVector global() const { return global_; }

  // Squares with nearly the vector that most have.
  int agreeing() const;
  int count() const { return static_cast<int>(vectors_.size()); }

 private:
  int cols_ = 0;
  std::vector<MotionVector> vectors_;
  MotionVector global_;
};

}  // namespace skirret::codec
