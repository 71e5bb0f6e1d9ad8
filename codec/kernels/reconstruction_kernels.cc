#include "codec/kernels/reconstruction_kernels.hh"

#include "codec/kernels/instruction_set.hh"
#include "codec/kernels/reconstruction_avx2.hh"

namespace skirret::codec {

const ReconstructionKernels* avx2_reconstruction_kernels() {
#if defined(__x86_64__)
  static constexpr ReconstructionKernels kernels = {
      .name = "avx2",
      .read_tokens = read_tokens_bmi2,
      .sixtap = avx2::sixtap,
      .bilinear = avx2::bilinear,
      .sixtap_chroma = avx2::sixtap_chroma,
      .bilinear_chroma = avx2::bilinear_chroma,
      .inverse_dct_add = avx2::inverse_dct_add,
      .inverse_dct_dc_add = avx2::inverse_dct_dc_add,
      .add_block = avx2::add_block,
      .add_strip = avx2::add_strip,
      .add_square = avx2::add_square,
      .add_dc_strip = avx2::add_dc_strip,
      .inverse_wht = avx2::inverse_wht,
      .filter_normal = avx2::filter_normal,
      .filter_simple = avx2::filter_simple,
  };
  return __builtin_cpu_supports("avx2") ? &kernels : nullptr;
#else
  return nullptr;
#endif
}

const ReconstructionKernels& reconstruction_kernels() {
  const ReconstructionKernels* best = may_use_avx2() ? avx2_reconstruction_kernels() : nullptr;
  return best != nullptr ? *best : scalar_reconstruction_kernels();
}

}  // namespace skirret::codec
