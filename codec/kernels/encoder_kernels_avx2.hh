#pragma once

#include "codec/kernels/encoder_kernels.hh"

// Each fills its functions into a table; only called on machines with AVX2.
namespace skirret::codec::avx2 {

void add_differences(EncoderKernels& table);
void add_transforms(EncoderKernels& table);
void add_sixtap(EncoderKernels& table);

}  // namespace skirret::codec::avx2
