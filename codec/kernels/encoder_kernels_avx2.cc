#include "codec/kernels/encoder_kernels.hh"

#if defined(__x86_64__)

#include "codec/kernels/encoder_kernels_avx2.hh"

namespace skirret::codec {

const EncoderKernels* avx2_encoder_kernels() {
  static const bool supported = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
  static const EncoderKernels table = [] {
    EncoderKernels made = scalar_encoder_kernels();  // what has no vector form stays scalar
    made.name = "avx2";
    avx2::add_differences(made);
    avx2::add_transforms(made);
    avx2::add_sixtap(made);
    return made;
  }();
  return supported ? &table : nullptr;
}

}  // namespace skirret::codec

#else

namespace skirret::codec {

const EncoderKernels* avx2_encoder_kernels() {
  return nullptr;
}

}  // namespace skirret::codec

#endif
