#pragma once

#include <cstdint>
#include <memory>

#include "codec/picture/picture.hh"
#include "codec/syntax/motion_vector.hh"

namespace skirret::codec {

// A reference picture with its edges replicated into a margin, so that a search reads plain memory.
class PaddedReference {
 public:
  static constexpr int kLumaMargin = 64;
  static constexpr int kChromaMargin = 32;

  explicit PaddedReference(const Picture& picture);

  // Pointer to a sample of plane 0..2 (Y, U, V); positions may lie in the margin.
  const std::uint8_t* at(int plane, int x, int y) const {
    const Plane& p = planes_[plane];
    return p.origin + y * p.stride + x;
  }
  std::ptrdiff_t stride(int plane) const { return planes_[plane].stride; }

  // True when a luma block of this size, moved by a quarter-pel vector from (x, y), can be predicted from
  // the margin with all its taps.
  bool covers(int x, int y, int width, int height, MotionVector vector) const {
    constexpr int kReach = kLumaMargin - 24;
    const int left = x + (vector.col >> 2), top = y + (vector.row >> 2);
    return left >= -kReach && top >= -kReach && left + width <= width_ + kReach &&
           top + height <= height_ + kReach;
  }

 private:
  struct Plane {
    const std::uint8_t* origin = nullptr;
    std::ptrdiff_t stride = 0;
  };
  int width_, height_;  // aligned luma
  std::unique_ptr<std::uint8_t[]> samples_;
  Plane planes_[3];
};

}  // namespace skirret::codec
