#pragma once

#include <memory>

#include "cloudenc/functions/segment_reading.hh"
#include "cloudenc/thunk/function.hh"

// Each function's description; registry.hh says what they do.
namespace skirret::cloudenc {

Function index_function(std::shared_ptr<DecoderShelf> shelf);
Function pictures_function(std::shared_ptr<DecoderShelf> shelf);
Function first_pass_function();
Function chunk_function();
Function bridge_function();
Function rebase_function();
Function stitch_function();
Function sound_function();
Function score_function();

}  // namespace skirret::cloudenc
