#include "codec/kernels/reconstruction_kernels.hh"

#include <cstdlib>
#include <string_view>

#include "codec/kernels/reconstruction_avx2.hh"

namespace skirret::codec {
namespace {

const ReconstructionKernels& choose() {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  const bool scalar_only = asked != nullptr && std::string_view(asked) == "scalar";
  const ReconstructionKernels* best = scalar_only ? nullptr : avx2_reconstruction_kernels();
  return best != nullptr ? *best : scalar_reconstruction_kernels();
}

}  // namespace

const ReconstructionKernels* avx2_reconstruction_kernels() {
#if defined(__x86_64__)
  static constexpr ReconstructionKernels kernels = {
      .name = "avx2",
      .sixtap = avx2::sixtap,
      .bilinear = avx2::bilinear,
      .inverse_dct_add = avx2::inverse_dct_add,
      .inverse_dct_dc_add = avx2::inverse_dct_dc_add,
      .macroblock_horizontal = avx2::macroblock_horizontal,
      .macroblock_vertical = avx2::macroblock_vertical,
      .inner_horizontal = avx2::inner_horizontal,
      .inner_vertical = avx2::inner_vertical,
      .chroma_macroblock_horizontal = avx2::chroma_macroblock_horizontal,
      .chroma_macroblock_vertical = avx2::chroma_macroblock_vertical,
      .chroma_inner_horizontal = avx2::chroma_inner_horizontal,
      .chroma_inner_vertical = avx2::chroma_inner_vertical,
      .simple_horizontal = avx2::simple_horizontal,
      .simple_vertical = avx2::simple_vertical,
  };
  return __builtin_cpu_supports("avx2") ? &kernels : nullptr;
#else
  return nullptr;
#endif
}

const ReconstructionKernels& reconstruction_kernels() {
  static const ReconstructionKernels& chosen = choose();
  return chosen;
}

}  // namespace skirret::codec
