#include "codec/kernels/encoder_kernels.hh"

#include <cstdlib>
#include <string_view>

namespace skirret::codec {
namespace {

const EncoderKernels& choose() {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  const bool scalar_only = asked != nullptr && std::string_view(asked) == "scalar";
  const EncoderKernels* best = scalar_only ? nullptr : avx2_encoder_kernels();
  return best != nullptr ? *best : scalar_encoder_kernels();
}

}  // namespace

const EncoderKernels& encoder_kernels() {
  static const EncoderKernels& chosen = choose();
  return chosen;
}

}  // namespace skirret::codec
