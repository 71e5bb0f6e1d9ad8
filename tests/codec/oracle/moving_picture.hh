#pragma once

#include <vector>

#include "codec/picture/picture.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// A few pictures of something that moves: a drifting gradient, textured boxes on their own paths, some
// noise, now and then a cut. Enough to make an encoder use all its references, splits and modes.
// A calm scene has no cut and hardly any noise: what an encoder needs to bother with an altref picture.
enum class Motion { kWild, kCalm };
std::vector<codec::Picture> moving_pictures(Random& random, codec::Dimensions dimensions, int count,
                                            Motion motion = Motion::kWild);

}  // namespace skirret::test
