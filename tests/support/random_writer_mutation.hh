#pragma once

#include "codec/base/bytes.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// A frame with a few faults: flipped bits (more often near its start, where the headers are), bytes
// overwritten, cut, inserted or doubled, an end cut off or added.
ByteVector mutated(Random& random, Bytes frame);

}  // namespace skirret::test
