#pragma once

#include <cstdint>
#include <cstring>

#include "codec/kernels/vector_set.hh"

// Registers from samples and back, at any alignment.
namespace skirret::codec::SKIRRET_VECTOR_SET {

SKIRRET_AVX2_INLINE __m128i load4(const std::uint8_t* from) {
  int word;
  std::memcpy(&word, from, 4);
  return _mm_cvtsi32_si128(word);
}
SKIRRET_AVX2_INLINE __m128i load8(const std::uint8_t* from) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
}
SKIRRET_AVX2_INLINE __m128i load16(const std::uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
SKIRRET_AVX2_INLINE __m256i load32(const std::uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
SKIRRET_AVX2_INLINE void store4(std::uint8_t* to, __m128i v) {
  const int word = _mm_cvtsi128_si32(v);
  std::memcpy(to, &word, 4);
}
SKIRRET_AVX2_INLINE void store8(std::uint8_t* to, __m128i v) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), v);
}
SKIRRET_AVX2_INLINE void store16(std::uint8_t* to, __m128i v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), v);
}
SKIRRET_AVX2_INLINE void store32(std::uint8_t* to, __m256i v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v);
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
