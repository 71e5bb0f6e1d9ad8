#pragma once

// The vector kernels are written once, in AVX2 intrinsics (the files *_avx2.cc), and compiled for each
// instruction set into a namespace of its own, SKIRRET_VECTOR_SET. Where registers are narrower, SIMDe takes
// the 32-byte ones apart into two of 16 bytes; its functions have the intrinsics' names here.
#if defined(SKIRRET_VECTOR_TARGET)
#include <immintrin.h>
#define SKIRRET_AVX2_TARGET target(SKIRRET_VECTOR_TARGET)
#define SKIRRET_AVX2 __attribute__((SKIRRET_AVX2_TARGET))
#define SKIRRET_AVX2_LAMBDA __attribute__((SKIRRET_AVX2_TARGET, always_inline))
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx2.h>
#define SKIRRET_AVX2
#define SKIRRET_AVX2_LAMBDA __attribute__((always_inline))
#endif
#define SKIRRET_AVX2_INLINE SKIRRET_AVX2_LAMBDA inline
