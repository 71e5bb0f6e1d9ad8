#include "transport/crypto/blake2b.hh"

#include <sodium.h>

#include "codec/base/check.hh"

namespace skirret::transport {

namespace {

constexpr std::size_t kBlock = 128;

// The hasher's state holds key material when it is keyed: wiped when done.
class Hasher {
 public:
  Hasher(Bytes key, std::size_t size) {
    SKIRRET_CHECK(crypto_generichash_init(&state_, key.data(), key.size(), size) == 0);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher() { sodium_memzero(&state_, sizeof state_); }

  void add(Bytes part) { crypto_generichash_update(&state_, part.data(), part.size()); }
  void finish(std::span<std::uint8_t> out) { crypto_generichash_final(&state_, out.data(), out.size()); }

 private:
  crypto_generichash_state state_;
};

}  // namespace

Hash64 blake2b(std::initializer_list<Bytes> parts) {
  Hash64 hash;
  Hasher hasher({}, hash.size());
  for (const Bytes part : parts) hasher.add(part);
  hasher.finish(hash);
  return hash;
}

template <std::size_t N>
SecretBytes<N> keyed_blake2b(Bytes key, std::initializer_list<Bytes> parts) {
  SecretBytes<N> tag;
  Hasher hasher(key, N);
  for (const Bytes part : parts) hasher.add(part);
  hasher.finish(tag.writable());
  return tag;
}
template SecretBytes<16> keyed_blake2b<16>(Bytes, std::initializer_list<Bytes>);
template SecretBytes<32> keyed_blake2b<32>(Bytes, std::initializer_list<Bytes>);

SecretBytes<64> hmac_blake2b(Bytes key, std::initializer_list<Bytes> parts) {
  SKIRRET_CHECK(key.size() <= kBlock);
  SecretBytes<kBlock> inner_pad;
  SecretBytes<kBlock> outer_pad;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const std::uint8_t byte = i < key.size() ? key[i] : 0;
    inner_pad.data()[i] = byte ^ 0x36;
    outer_pad.data()[i] = byte ^ 0x5c;
  }
  SecretBytes<64> inner;
  Hasher inner_hasher({}, inner.size());
  inner_hasher.add(inner_pad.view());
  for (const Bytes part : parts) inner_hasher.add(part);
  inner_hasher.finish(inner.writable());

  SecretBytes<64> outer;
  Hasher outer_hasher({}, outer.size());
  outer_hasher.add(outer_pad.view());
  outer_hasher.add(inner.view());
  outer_hasher.finish(outer.writable());
  return outer;
}

std::pair<SecretBytes<64>, SecretBytes<64>> hkdf2(const SecretBytes<64>& chaining_key, Bytes input) {
  ThreeKeys keys = hkdf3(chaining_key, input);
  return {std::move(keys.first), std::move(keys.second)};
}

ThreeKeys hkdf3(const SecretBytes<64>& chaining_key, Bytes input) {
  static constexpr std::uint8_t kOne[] = {1};
  static constexpr std::uint8_t kTwo[] = {2};
  static constexpr std::uint8_t kThree[] = {3};
  const SecretBytes<64> temporary = hmac_blake2b(chaining_key.view(), {input});
  ThreeKeys keys;
  keys.first = hmac_blake2b(temporary.view(), {Bytes(kOne)});
  keys.second = hmac_blake2b(temporary.view(), {keys.first.view(), Bytes(kTwo)});
  keys.third = hmac_blake2b(temporary.view(), {keys.second.view(), Bytes(kThree)});
  return keys;
}

}  // namespace skirret::transport
