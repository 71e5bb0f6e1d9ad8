#pragma once

#include <span>

#include "codec/base/bytes.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// The bytes of a frame whose every choice is made. `in_force` are the probabilities before the frame.
// Empty when a partition's size does not fit the format (frames of many megabytes).
// `modes`: what mode_symbols gave for a frame of the same modes and mode probabilities, or null.
ByteVector write_frame(const FrameHeader& header, Dimensions dimensions, const Probabilities& in_force,
                       const CodedFrame& frame, const ModeSymbols* modes = nullptr);

// The frame's macroblock headers but for their skip flags.
ModeSymbols mode_symbols(const FrameHeader& header, Dimensions dimensions, const Probabilities& in_force,
                         const CodedFrame& frame);

}  // namespace skirret::codec
