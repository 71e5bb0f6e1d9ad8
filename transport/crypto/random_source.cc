#include "transport/crypto/random_source.hh"

#include <sodium.h>

#include "codec/base/check.hh"

namespace skirret::transport {

SystemRandom::SystemRandom() {
  SKIRRET_CHECK(sodium_init() >= 0);
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace skirret::transport
