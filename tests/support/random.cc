#include "tests/support/random.hh"

#include <cstdlib>
#include <string>

namespace skirret::test {

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

ByteVector Random::bytes(std::size_t count) {
  ByteVector made(count);
  for (auto& byte : made) byte = static_cast<std::uint8_t>(next());
  return made;
}

std::uint64_t seed_or(std::uint64_t fallback) {
  const char* given = std::getenv("SKIRRET_SEED");
  return given != nullptr ? std::stoull(given) : fallback;
}

}  // namespace skirret::test
