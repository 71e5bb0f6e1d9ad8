#pragma once

#include <vector>

#include "codec/picture/picture.hh"
#include "codec/syntax/modes.hh"

namespace skirret::cloudenc {

// Where macroblocks of `target` stand unchanged in `previous`, as pages that scroll and windows that move
// make them: seeds for a motion search (codec::Hints), which would not look so far. The first: each
// macroblock's copy, or the commonest vector where it has none; the second: the second commonest. Empty where
// nothing moved as a whole: pictures of cameras. Pictures of one size.
std::vector<std::vector<codec::MotionVector>> copied_vectors(const codec::Picture& previous,
                                                             const codec::Picture& target);

}  // namespace skirret::cloudenc
