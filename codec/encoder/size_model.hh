#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/encoder/encoder.hh"

namespace skirret::codec {

// How a frame's size follows from its quantizer: bytes fall as a power of the step size. Between two sizes
// that were seen it follows the line through them, outside it goes on from the nearest; integers only.
class SizeModel {
 public:
  // Before anything is known: `quantizer` is taken to give `bytes`.
  SizeModel(Quantizer quantizer, std::size_t bytes);

  // What a coding at `quantizer` really gave.
  void add(Quantizer quantizer, std::size_t bytes);

  // The quantizer whose frame should have this many bytes.
  Quantizer quantizer_for(std::size_t bytes) const;

 private:
  struct Point {
    int step = 0;  // log2 of the step size in 1/256
    int size = 0;  // log2 of the bytes in 1/256
  };
  int step_for(int size) const;
  int slope() const;  // octaves of size for an octave of step, in 1/256, over all that was seen

  std::vector<Point> seen_;  // by rising step; the guess until something is known
  bool guess_ = true;
};

// log2 in 1/256, rounded down; value >= 1.
int log2_256(std::uint64_t value);

}  // namespace skirret::codec
