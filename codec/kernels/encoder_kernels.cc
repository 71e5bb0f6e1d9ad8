#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {

const EncoderKernels& encoder_kernels() {
  static const EncoderKernels& chosen =
      avx2_encoder_kernels() ? *avx2_encoder_kernels() : scalar_encoder_kernels();
  return chosen;
}

}  // namespace skirret::codec
