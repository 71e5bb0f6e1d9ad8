#pragma once

#include <thread>

namespace skirret {

// Waits for `done()` a few dozen microseconds at most, awake: what another thread is about to give comes
// sooner than sleeping and being woken would take. False when it did not come; then sleep. Not at all on a
// single core.
template <class Done>
bool spin_until(Done done) {
  static const int pauses = std::thread::hardware_concurrency() > 1 ? 1000 : 0;
  for (int i = 0; i < pauses; ++i) {
    if (done()) return true;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
  }
  return done();
}

}  // namespace skirret
