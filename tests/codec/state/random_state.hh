#pragma once

#include "codec/state/state.hh"
#include "tests/support/random.hh"

namespace skirret::test {

codec::Picture random_picture(Random& random, codec::Dimensions dimensions);

// A state with every field drawn; golden sometimes shares last's picture.
codec::State random_state(Random& random, codec::Dimensions dimensions);

}  // namespace skirret::test
