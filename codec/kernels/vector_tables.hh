#pragma once

#include "codec/kernels/encoder_kernels.hh"
#include "codec/kernels/plane_kernels.hh"
#include "codec/kernels/reconstruction_kernels.hh"

// The tables of each instruction set that the build has. Only called where the machine has it.
namespace skirret::codec {

#define SKIRRET_DECLARE_TABLES(set)                    \
  namespace set {                                      \
  const EncoderKernels& encoder_table();               \
  const PlaneKernels& plane_table();                   \
  const ReconstructionKernels& reconstruction_table(); \
  }

#if defined(__x86_64__)
SKIRRET_DECLARE_TABLES(sse4)
SKIRRET_DECLARE_TABLES(avx2)
SKIRRET_DECLARE_TABLES(avx512)
#elif defined(__aarch64__)
SKIRRET_DECLARE_TABLES(neon)
#endif

#undef SKIRRET_DECLARE_TABLES

}  // namespace skirret::codec
