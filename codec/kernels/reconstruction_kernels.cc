#include "codec/kernels/reconstruction_kernels.hh"

#include "codec/kernels/vector_tables.hh"

namespace skirret::codec {

const ReconstructionKernels* reconstruction_kernels_of(InstructionSet set) {
  if (!has_instruction_set(set)) return nullptr;
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::kSse4:
      return &sse4::reconstruction_table();
    case InstructionSet::kAvx2:
      return &avx2::reconstruction_table();
    case InstructionSet::kAvx512:
      return &avx512::reconstruction_table();
#elif defined(__aarch64__)
    case InstructionSet::kNeon:
      return &neon::reconstruction_table();
#endif
    default:
      return &scalar_reconstruction_kernels();
  }
}

const ReconstructionKernels& reconstruction_kernels() {
  static const ReconstructionKernels& chosen = *reconstruction_kernels_of(chosen_instruction_set());
  return chosen;
}

}  // namespace skirret::codec
