#pragma once

#include "tests/support/random.hh"
#include "transport/crypto/random_source.hh"

namespace skirret::test {

// Keys that repeat with the seed; for tests only.
class SeededRandomSource final : public transport::RandomSource {
 public:
  explicit SeededRandomSource(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_.next() >> 32);
  }

 private:
  Random random_;
};

}  // namespace skirret::test
