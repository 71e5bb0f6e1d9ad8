#pragma once

#include <vector>

#include "codec/syntax/coefficients.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/macroblock_header.hh"
#include "tests/support/random.hh"

namespace skirret::test {

codec::FrameHeader random_header(Random& random, bool key_frame, codec::Dimensions dimensions);

// A legal macroblock in its normal form: vectors are those that its mode stands for, new ones in reach.
codec::MacroblockModes random_modes(Random& random, const codec::ModeCoding& coding,
                                    codec::MacroblockPosition at, const codec::Neighbours& around);

// Levels and ends that tokens can express.
codec::MacroblockCoefficients random_coefficients(Random& random, bool has_y2);

}  // namespace skirret::test
