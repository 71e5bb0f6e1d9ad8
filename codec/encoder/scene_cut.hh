#pragma once

#include "codec/picture/picture.hh"

namespace skirret::codec {

// Whether `now` shows another scene than `before` (sources of one size): most of it is told better by its own
// mean than by what was at its place, and it has not come together from somewhere else, as it does where a
// camera turns.
bool is_scene_cut(const Picture& before, const Picture& now);

// How much of `now` is told better by its own mean than by what was at its place: in 1/256 of the macroblocks
// looked at, every fourth one. `now` may be a source and `before` a coded picture.
int fresh_share(const Picture& before, const Picture& now);

}  // namespace skirret::codec
