#pragma once

#include <vector>

#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/modes.hh"
#include "tests/support/random.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {

// Modes and resolved vectors for every macroblock of a frame with this header, raster order. The search
// for neighbouring vectors is this file's own (RFC 6386 section 16.3), so that the codec's is checked.
std::vector<codec::MacroblockModes> random_modes(Random& random, const WriterTemper& temper,
                                                 const codec::FrameHeader& header,
                                                 codec::Dimensions dimensions, const codec::State& from);

// Levels for every macroblock, empty where the modes say that coefficients are skipped.
std::vector<codec::MacroblockCoefficients> random_coefficients(
    Random& random, const WriterTemper& temper, const std::vector<codec::MacroblockModes>& modes);

}  // namespace skirret::test
