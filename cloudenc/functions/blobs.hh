#pragma once

#include <functional>
#include <span>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/state/state.hh"

// How pictures, states and frames lie in the store: uncompressed and canonical (the store packs and names
// them).
namespace skirret::cloudenc {

// width:2 height:2 (little-endian), then the aligned Y, U and V planes.
ByteVector picture_blob(const codec::Picture& picture);
Result<codec::Picture> picture_of(Bytes blob);

// A state in several blobs, so that pictures that are one are kept once, within a state and across states:
// first its fields (canonical.hh), which picture each reference is (last | golden << 2 | altref << 4), and
// the segment map (a byte 1 and ids, or a byte 0); then each distinct picture.
std::vector<ByteVector> state_blobs(const codec::State& state);
// The first of them alone: what parsing a frame needs.
ByteVector context_blob(const codec::State& state);
Result<codec::State> state_of(std::span<const ByteVector> blobs);
// From context_blob: a state with grey pictures.
Result<codec::State> context_of(Bytes blob);

// An IVF in memory; times count frames.
ByteVector ivf_blob(codec::Dimensions dimensions, std::span<const ByteVector> frames);
Result<std::vector<ByteVector>> frames_of(Bytes ivf);

}  // namespace skirret::cloudenc
