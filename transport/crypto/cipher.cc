#include "transport/crypto/cipher.hh"

#include <array>

#include <sodium.h>

namespace skirret::transport {

namespace {

std::array<std::uint8_t, 12> noise_nonce(std::uint64_t nonce) {
  std::array<std::uint8_t, 12> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[4 + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
  return bytes;
}

}  // namespace

void append_sealed(ByteVector& out, const SecretBytes<32>& key, std::uint64_t nonce, Bytes associated,
                   Bytes plain) {
  const std::size_t start = out.size();
  out.resize(start + plain.size() + kTagSize);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data() + start, nullptr, plain.data(), plain.size(),
                                            associated.data(), associated.size(), nullptr,
                                            noise_nonce(nonce).data(), key.data());
}

std::optional<ByteVector> open_sealed(const SecretBytes<32>& key, std::uint64_t nonce, Bytes associated,
                                      Bytes sealed) {
  if (sealed.size() < kTagSize) return std::nullopt;
  ByteVector plain(sealed.size() - kTagSize);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                associated.data(), associated.size(),
                                                noise_nonce(nonce).data(), key.data()) != 0) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace skirret::transport
