#include "codec/kernels/encoder_kernels.hh"

#include "codec/kernels/vector_tables.hh"

namespace skirret::codec {

const EncoderKernels* encoder_kernels_of(InstructionSet set) {
  if (!has_instruction_set(set)) return nullptr;
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::kSse4:
      return &sse4::encoder_table();
    case InstructionSet::kAvx2:
      return &avx2::encoder_table();
    case InstructionSet::kAvx512:
      return &avx512::encoder_table();
#elif defined(__aarch64__)
    case InstructionSet::kNeon:
      return &neon::encoder_table();
#endif
    default:
      return &scalar_encoder_kernels();
  }
}

const EncoderKernels& encoder_kernels() {
  static const EncoderKernels& chosen = *encoder_kernels_of(chosen_instruction_set());
  return chosen;
}

}  // namespace skirret::codec
