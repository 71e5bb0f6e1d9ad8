#pragma once

#include "codec/kernels/encoder_kernels.hh"

// Each fills its functions into a table; only called where the machine has the instruction set.
namespace skirret::codec::SKIRRET_VECTOR_SET {

void add_differences(EncoderKernels& table);
void add_transforms(EncoderKernels& table);
void add_sixtap(EncoderKernels& table);

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
