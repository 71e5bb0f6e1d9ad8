#include "codec/kernels/plane_kernels.hh"

#include "codec/kernels/vector_tables.hh"

namespace skirret::codec {

const PlaneKernels* plane_kernels_of(InstructionSet set) {
  if (!has_instruction_set(set)) return nullptr;
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::kSse4:
      return &sse4::plane_table();
    case InstructionSet::kAvx2:
      return &avx2::plane_table();
    case InstructionSet::kAvx512:
      return &avx512::plane_table();
#elif defined(__aarch64__)
    case InstructionSet::kNeon:
      return &neon::plane_table();
#endif
    default:
      return &scalar_plane_kernels();
  }
}

const PlaneKernels& plane_kernels() {
  static const PlaneKernels& chosen = *plane_kernels_of(chosen_instruction_set());
  return chosen;
}

}  // namespace skirret::codec
