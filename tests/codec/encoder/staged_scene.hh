#pragma once

#include <cstdint>

#include "codec/picture/picture.hh"

namespace skirret::test {

// A surface without end, of random greys that change over 16 and over 4 samples.
class Texture {
 public:
  explicit Texture(std::uint64_t seed, int coarse = 60, int fine = 40)
      : seed_(seed), coarse_(coarse), fine_(fine) {}
  int at(int x, int y) const;  // 0..255

 private:
  int lattice(int x, int y, int scale) const;  // -128..127
  int noise(int x, int y, int scale) const;    // between the lattice's values

  std::uint64_t seed_;
  int coarse_, fine_;
};

struct Spot {
  int x = 0, y = 0;
};

// A disc of one texture, its middle at `head`, before a background of another: a caller before a wall.
codec::Picture staged_picture(codec::Dimensions dimensions, const Texture& background, const Texture& face,
                              Spot head, int radius);

// A background seen through a window whose corner is at `corner`: a camera that turns.
codec::Picture panned_picture(codec::Dimensions dimensions, const Texture& background, Spot corner);

}  // namespace skirret::test
