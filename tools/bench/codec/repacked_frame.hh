#pragma once

#include "codec/base/bytes.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"

namespace skirret::bench {

// A frame with its modes, vectors and levels as they are, under our probability updates and packing: it
// decodes to the same picture from the same state. `from`: the state that it was coded from.
ByteVector repacked(const codec::State& from, const codec::ParsedFrame& frame);

}  // namespace skirret::bench
