#pragma once

#include <array>
#include <cstdint>

namespace skirret::codec {

// The sets that kernels are compiled for, best last. Only one of the two families exists on a machine.
enum class InstructionSet : std::uint8_t {
  kScalar,  // the reference
  kSse4,    // SSE4.1
  kNeon,    // of AArch64
  kAvx2,    // with BMI 1 and 2 and LZCNT, which came with it
  kAvx512,  // AVX2's kernels with AVX-512's registers and masks (F, BW, DQ, VL)
};
inline constexpr std::array<InstructionSet, 5> kInstructionSets = {
    InstructionSet::kScalar, InstructionSet::kSse4, InstructionSet::kNeon, InstructionSet::kAvx2,
    InstructionSet::kAvx512};

// "scalar", "sse4", "neon", "avx2", "avx512".
const char* instruction_set_name(InstructionSet set);

// Whether the build has it and this machine too.
bool has_instruction_set(InstructionSet set);

// What SKIRRET_KERNELS names, where this machine has it; else the best there is, which AVX-512 is not (see
// instruction_set.cc). Chosen once.
InstructionSet chosen_instruction_set();

}  // namespace skirret::codec
