#pragma once

#include "codec/bitstream/bool_decoder.hh"
#include "codec/bitstream/bool_encoder.hh"
#include "codec/syntax/frame_header.hh"
#include "codec/syntax/frame_layout.hh"

// The coded frame header, parse and serialise (RFC 6386 sections 9.2-9.11 and 19.2).
namespace skirret::codec {

// Reads all up to the first macroblock header. It has no error of its own: past the end there are zeros.
// When the bytes end before the number of token partitions is known, it is taken as 1.
FrameHeader parse_frame_header(const FrameStart& start, BoolDecoder& from);

// Values outside their fields' ranges are our own fault (checked). Parsing gives the same FrameHeader
// again; only what has two forms (a delta of 0 sent as "minus 0" or as a sent quantizer delta of 0) is
// written in one.
void write_frame_header(const FrameHeader& header, BoolEncoder& to);

FrameTag frame_tag(const FrameHeader& header);
std::optional<FrameSize> frame_size(const FrameHeader& header);

// The probabilities in force for a frame's macroblocks: those of the state it starts from (a key frame:
// the defaults), changed by what the header sends.
Probabilities updated_probabilities(const Probabilities& from, const FrameHeader& header);

}  // namespace skirret::codec
