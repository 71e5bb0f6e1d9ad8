#pragma once

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/state/state.hh"

// A state's fields except pictures and segment map, as bytes of one fixed layout: what ids hash and files
// store.
//
//   width:2 height:2 (little-endian)  scales: horizontal | vertical << 2  flags: colour | clamp << 1 |
//   absolute << 2 segment quantizers:4  segment filter levels:4  reference deltas:4  mode deltas:4   (two's
//   complement) coefficient probabilities:1056  vector probabilities:38  luma modes:4  chroma modes:3
namespace skirret::codec {

inline constexpr std::size_t kCanonicalFieldBytes = 2 + 2 + 1 + 1 + 16 + 1056 + 38 + 4 + 3;

void write_canonical_fields(const State& state, ByteWriter& to);

// Everything but pictures and map. The reader's ok() tells whether there were enough bytes; values outside
// their ranges give an error.
Result<State> read_canonical_fields(ByteReader& from);

}  // namespace skirret::codec
