#pragma once

namespace skirret {

// Waits for `done()` a few dozen microseconds at most, awake: what another thread is about to give comes
// sooner than sleeping and being woken would take. False when it did not come; then sleep.
template <class Done>
bool spin_until(Done done) {
  constexpr int kPauses = 1000;
  for (int i = 0; i < kPauses; ++i) {
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
