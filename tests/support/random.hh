#pragma once

#include <cstdint>

#include "codec/base/bytes.hh"

namespace skirret::test {

// A seeded generator (SplitMix64) with the few draws that tests need. The same seed gives the same
// sequence on every machine, which std:: distributions do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }  // bound > 0
  int between(int low, int high) {                                     // both included
    return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool chance(int numerator, int denominator) {
    return static_cast<int>(below(static_cast<std::uint64_t>(denominator))) < numerator;
  }
  ByteVector bytes(std::size_t count);

 private:
  std::uint64_t state_;
};

// $SKIRRET_SEED when set (to repeat a failure), else `fallback`. Tests print it with SCOPED_TRACE.
std::uint64_t seed_or(std::uint64_t fallback);

}  // namespace skirret::test
