#pragma once

#include <cstdlib>
#include <string_view>

namespace skirret::codec {

// Whether code may use AVX2, BMI2 and LZCNT (whoever has the first has the others): this machine has them,
// and SKIRRET_KERNELS=scalar does not forbid it.
inline bool may_use_avx2() {
#if defined(__x86_64__)
  static const bool allowed = [] {
    const char* asked = std::getenv("SKIRRET_KERNELS");
    return (asked == nullptr || std::string_view(asked) != "scalar") && __builtin_cpu_supports("avx2") &&
           __builtin_cpu_supports("bmi2");
  }();
  return allowed;
#else
  return false;
#endif
}

}  // namespace skirret::codec
