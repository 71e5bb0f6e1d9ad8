#include "codec/kernels/reconstruction_kernels.hh"

#include <cstdlib>
#include <string_view>

namespace skirret::codec {
namespace {

const ReconstructionKernels& choose() {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  const bool scalar_only = asked != nullptr && std::string_view(asked) == "scalar";
  const ReconstructionKernels* best = scalar_only ? nullptr : avx2_reconstruction_kernels();
  return best != nullptr ? *best : scalar_reconstruction_kernels();
}

}  // namespace

const ReconstructionKernels& reconstruction_kernels() {
  static const ReconstructionKernels& chosen = choose();
  return chosen;
}

}  // namespace skirret::codec
