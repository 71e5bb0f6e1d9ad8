#pragma once

#include "codec/encoder/encoder.hh"
#include "codec/picture/picture.hh"
#include "tests/support/random.hh"

namespace skirret::test {

// Small pictures that look like something: a gradient with moving, textured, noisy content.
class RandomScene {
 public:
  RandomScene(Random& random, codec::Dimensions dimensions);
  codec::Picture picture(Random& random);  // the next one of the scene

 private:
  codec::Dimensions dimensions_;
  int slope_x_, slope_y_, texture_, noise_, speed_x_, speed_y_;
  int time_ = 0;
};

codec::Dimensions random_dimensions(Random& random, int largest);
codec::FramePlan random_plan(Random& random, bool key_frame);

// What a caller may know beside the state after the frame `coded` of the source `before`, and at times
// wrongly: macroblocks that have been still for any time, a source that has not changed.
codec::Hints random_hints(Random& random, const codec::Picture& target, const codec::Picture& before,
                          const codec::Candidate& coded);

}  // namespace skirret::test
