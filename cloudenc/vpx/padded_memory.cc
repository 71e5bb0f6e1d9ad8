// libvpx 1.12 with tuning for SSIM measures each macroblock's activity before a frame is coded, and there
// reads the token contexts one macroblock beyond its array's end (vp8_optimize_mby, called by way of
// build_activity_map, finds the pointer where the frame before left it). What lies there is whatever the heap
// held: frames then depend on what else the process has done. The linker sends libvpx's allocations here
// (--wrap), and with some zeroes behind each of them a chunk's bytes depend on its pictures alone.
#include <cstddef>

extern "C" {

void* __real_vpx_calloc(std::size_t count, std::size_t size);
void* __wrap_vpx_calloc(std::size_t count, std::size_t size);

void* __wrap_vpx_calloc(std::size_t count, std::size_t size) {
  constexpr std::size_t kBehind = 64;  // a macroblock's contexts are 9 bytes
  return __real_vpx_calloc(count * size + kBehind, 1);
}

}  // extern "C"
