#pragma once

#include <cstdio>
#include <cstdlib>

namespace skirret::detail {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace skirret::detail

// For our own faults only: stays on in release. What comes from outside is answered with a Result.
#define SKIRRET_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::skirret::detail::check_failed(#condition, __FILE__, __LINE__))
