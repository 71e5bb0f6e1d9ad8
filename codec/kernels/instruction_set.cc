#include "codec/kernels/instruction_set.hh"

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace skirret::codec {
namespace {

InstructionSet choose() {
  const char* asked = std::getenv("SKIRRET_KERNELS");
  InstructionSet best = InstructionSet::kScalar;
  for (const InstructionSet set : kInstructionSets) {
    if (!has_instruction_set(set)) continue;
    if (asked != nullptr && std::string_view(asked) == instruction_set_name(set)) return set;
    if (set != InstructionSet::kAvx512) best = set;
  }
  return best;
}

}  // namespace

const char* instruction_set_name(InstructionSet set) {
  static constexpr std::array<const char*, kInstructionSets.size()> kNames = {"scalar", "sse4", "neon",
                                                                              "avx2", "avx512"};
  return kNames[static_cast<std::size_t>(set)];
}

bool has_instruction_set(InstructionSet set) {
  switch (set) {
    case InstructionSet::kScalar:
      return true;
#if defined(__x86_64__)
    case InstructionSet::kSse4:
      return __builtin_cpu_supports("sse4.1");
    case InstructionSet::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2");
    case InstructionSet::kAvx512:
      return has_instruction_set(InstructionSet::kAvx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    case InstructionSet::kNeon:
      return true;
#endif
    default:
      return false;
  }
}

InstructionSet chosen_instruction_set() {
  static const InstructionSet chosen = choose();
  return chosen;
}

}  // namespace skirret::codec
