#pragma once

#include <cstdint>

namespace skirret::transport {

// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
// The same seed draws the same numbers on every machine, which std:: distributions do not promise.
class LinkRandom {
 public:
  explicit LinkRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // Uniform in [0, 1) in steps of 2^-53.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // True with this probability. 0 or less is never, 1 or more always; either way one number is drawn,
  // so that one option changed leaves the other draws as they were.
  bool chance(double probability) { return unit() < probability; }

  // An independent generator for a named purpose: loss, order and rate must not share one sequence.
  static LinkRandom stream(std::uint64_t seed, std::uint64_t purpose) {
    LinkRandom mixer(seed ^ (purpose * 0xd1342543de82ef95u));
    return LinkRandom(mixer.next());
  }

 private:
  std::uint64_t state_;
};

}  // namespace skirret::transport
