#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/encoder/encoder.hh"

namespace skirret::codec {

// How a frame's size follows from its quantizer, from the sizes seen so far: bytes fall as a power of the
// step size. Between two sizes seen it interpolates; beyond them it goes on with the usual slope, but not far
// at once, since the slope changes (a frame that is all skipped says nothing of finer quantizers). Integers
// only.
class SizeModel {
 public:
  // Before anything is known: `quantizer` is taken to give `bytes`.
  SizeModel(Quantizer quantizer, std::size_t bytes);

  // What a coding at `quantizer` really gave; the first one replaces the assumption.
  void add(Quantizer quantizer, std::size_t bytes);

  // The quantizer whose frame should have this many bytes.
  Quantizer quantizer_for(std::size_t bytes) const;

 private:
  struct Point {
    int step = 0;  // log2 of the step size in 1/256
    int size = 0;  // log2 of the bytes in 1/256
  };
  static Quantizer nearest_quantizer(int step);

  std::vector<Point> points_;
  bool assumed_ = true;
};

// log2 in 1/256, rounded down; value >= 1.
int log2_256(std::uint64_t value);

}  // namespace skirret::codec
