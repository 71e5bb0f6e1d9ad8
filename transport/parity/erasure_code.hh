#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "codec/base/bytes.hh"
#include "transport/wire/data_packet.hh"

namespace skirret::transport {

// Systematic Reed–Solomon code over the fragments of one frame, over GF(2^8) with a Cauchy matrix (Blömer et
// al. 1995): any n of the n fragments and their parity rows give the frame. Fragment i stands for x_i = i,
// row j for y_j = 255 - j; row j is the sum over i of fragment i / (x_i + y_j), each fragment filled up with
// zeros to the longest one's size. Rows do not depend on how many there are: more can be made at any time.

// Row `row` (below kMaxParityRows) of a frame of `fragments` (1 … kMaxParityFragments) fragments.
ByteVector parity_row(Bytes frame, std::uint32_t fragments, std::uint32_t row);

// Fills in the fragments of `frame` that `have` says are missing from as many of the rows (by number, each of
// the longest fragment's size). False, and nothing is changed, when there are fewer rows than that.
bool rebuild(std::span<std::uint8_t> frame, const std::vector<bool>& have,
             const std::map<std::uint32_t, ByteVector>& rows);

}  // namespace skirret::transport
