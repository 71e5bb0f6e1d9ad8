#include "transport/crypto/symmetric_state.hh"

#include <algorithm>

#include "codec/base/check.hh"
#include "transport/crypto/blake2b.hh"
#include "transport/crypto/cipher.hh"

namespace skirret::transport {

namespace {

SecretBytes<32> first_half(const SecretBytes<64>& key) {
  return SecretBytes<32>(key.view().first(32));
}

}  // namespace

SymmetricState::SymmetricState(std::string_view protocol_name) {
  SKIRRET_CHECK(protocol_name.size() <= hash_.size());  // a longer name would be hashed
  std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  chaining_key_ = SecretBytes<64>(hash_);
}

void SymmetricState::mix_hash(Bytes data) {
  hash_ = blake2b({hash_, data});
}

void SymmetricState::mix_key(Bytes input) {
  auto [chaining_key, key] = hkdf2(chaining_key_, input);
  chaining_key_ = std::move(chaining_key);
  key_ = first_half(key);
  has_key_ = true;
  nonce_ = 0;
}

void SymmetricState::mix_key_and_hash(Bytes input) {
  ThreeKeys keys = hkdf3(chaining_key_, input);
  chaining_key_ = std::move(keys.first);
  mix_hash(keys.second.view());
  key_ = first_half(keys.third);
  has_key_ = true;
  nonce_ = 0;
}

ByteVector SymmetricState::encrypt_and_hash(Bytes plain) {
  SKIRRET_CHECK(has_key_);  // in NKpsk0 the pre-shared key comes before the first payload
  ByteVector sealed;
  append_sealed(sealed, key_, nonce_++, hash_, plain);
  mix_hash(sealed);
  return sealed;
}

Result<ByteVector> SymmetricState::decrypt_and_hash(Bytes sealed) {
  SKIRRET_CHECK(has_key_);
  if (sealed.size() < kTagSize) return fail(ErrorCode::kTruncated, "handshake message ends inside its tag");
  auto plain = open_sealed(key_, nonce_, hash_, sealed);
  if (!plain) return fail(ErrorCode::kAuth, "handshake message does not authenticate");
  ++nonce_;
  mix_hash(sealed);
  return std::move(*plain);
}

std::pair<SecretBytes<32>, SecretBytes<32>> SymmetricState::split() const {
  const auto [first, second] = hkdf2(chaining_key_, {});
  return {first_half(first), first_half(second)};
}

}  // namespace skirret::transport
