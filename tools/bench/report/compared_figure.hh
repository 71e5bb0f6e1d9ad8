#pragma once

namespace skirret::bench {

// A figure that two reports are compared by.
struct ComparedFigure {
  const char* name;   // in the JSON
  const char* title;  // for people
  const char* unit;
  bool lower_is_better;
  double noise;        // a difference of no more than this is none …
  double noise_share;  // … nor one of no more than this share of the value
};

}  // namespace skirret::bench
