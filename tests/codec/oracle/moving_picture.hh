#pragma once

#include <vector>

#include "codec/picture/picture.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// A few pictures of something that moves: a drifting gradient, textured boxes on their own paths, some
// noise, now and then a cut. Enough to make an encoder use all its references, splits and modes.
std::vector<codec::Picture> moving_pictures(Random& random, codec::Dimensions dimensions, int count);

}  // namespace skirret::test
