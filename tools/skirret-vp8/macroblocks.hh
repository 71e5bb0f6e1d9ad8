#pragma once

#include <string>

#include "codec/decoder/decoder.hh"
#include "tools/cli/program.hh"

// What a frame says of each of its macroblocks, in raster order. Vectors are right and down in quarter luma
// samples; tokens count coded levels (zeros between them included, ends of blocks not).
namespace skirret::vp8 {

// A line for each: "row,col reference mode vector  segment N  tokens  y2 N y N u N v N"; of a split one the
// last vector.
std::string macroblock_lines(const codec::ParsedFrame& frame);

// [{"row", "col", "segment", "skipped", "reference", "luma", …, "tokens": {"y2", "y", "u", "v"}, "nonzero"}].
// Intra: "chroma", and "subblocks" (16 names) for 4x4 prediction. Inter: "vector" [right, down], and for a
// split one "split" and "vectors" (16). A skipped macroblock's tokens are 0.
cli::Json macroblocks_json(const codec::ParsedFrame& frame);

}  // namespace skirret::vp8
