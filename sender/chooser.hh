#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// Late binding: the choice among coded candidates, made with the budget as it is *now*, after coding.
// Gives the index of the candidate of least distortion among those of at most `budget` bytes (fewer bytes
// break a tie), or nothing when none fits: then the frame is skipped. A candidate without bytes (the format
// could not express it) is none.
std::optional<std::size_t> choose(std::span<const codec::Candidate> candidates, std::size_t budget);

// Index of the smallest candidate, for a probe that must fit one packet; nothing when there are none.
std::optional<std::size_t> smallest(std::span<const codec::Candidate> candidates);

}  // namespace skirret::sender
