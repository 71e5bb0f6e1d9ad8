#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "codec/base/time.hh"
#include "codec/encoder/encoder.hh"
#include "codec/picture/picture.hh"
#include "transport/session/send_session.hh"

namespace skirret::sender {

// Late binding: the choice among coded candidates, made with the budget as it is *now*, after coding.
// Gives the index of the candidate of least distortion among those of at most `budget` bytes (fewer bytes
// break a tie), or nothing when none fits: then the frame is skipped. A candidate without bytes (the format
// could not express it) is none.
std::optional<std::size_t> choose(std::span<const codec::Candidate> candidates, std::size_t budget);

// How many captures a frame shall come after the one sent before it: 1 is the next capture. So coarse a frame
// is mostly modes and vectors, which fewer frames need fewer of: half as many of twice the size look better.
std::uint64_t spacing(const codec::Candidate& candidate);

// What one more frame interval without a new picture costs, as squared error: how far this picture is from
// the one before it, over a sample of its lines. 0 when there is none to compare with.
double standstill_distortion(const codec::Picture& target, const codec::Picture& before);

// What is to be expected on the screen of a frame of this distortion: waiting costs a standstill for as long
// as it takes, and if what the frame hangs on does not arrive, a frame more and the way of what replaces it.
double expected_distortion(double distortion, const transport::SourceOdds& odds, double standstill,
                           Duration frame_interval);

// Index of the smallest candidate, for a probe that must fit one packet; nothing when there are none.
std::optional<std::size_t> smallest(std::span<const codec::Candidate> candidates);

}  // namespace skirret::sender
