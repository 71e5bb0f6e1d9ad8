#pragma once

#include <cstdint>
#include <span>

namespace skirret::transport {

// Where keys come from. Injected, so that a test can repeat a handshake byte for byte.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// The system's generator through libsodium: the only one for real calls.
class SystemRandom final : public RandomSource {
 public:
  SystemRandom();
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace skirret::transport
