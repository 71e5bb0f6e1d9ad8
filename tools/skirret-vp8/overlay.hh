#pragma once

#include "codec/base/result.hh"
#include "codec/decoder/decoder.hh"

namespace skirret::vp8 {

// The decoded picture at twice its size with the frame's decisions drawn on it. Tints: red intra, orange
// intra 4x4, blue nearest or near, green new, magenta split, none zero. White lines lead from the middle of
// each block (16 of a split macroblock) to where it is predicted from. A bright frame: predicted from golden;
// a dark one: from altref. A bright corner: some level is coded. kLimit: above 8191 samples a side.
Result<codec::Picture> overlay(const codec::Picture& decoded, const codec::ParsedFrame& frame);

}  // namespace skirret::vp8
