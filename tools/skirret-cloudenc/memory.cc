#include "tools/skirret-cloudenc/memory.hh"

#include <chrono>

#include <malloc.h>

namespace skirret::cloudenc_tool {
namespace {

// Longer, and holes grow by tens of MB; shorter, and the same pages come and go.
constexpr Duration kInterval = std::chrono::seconds(5);

}  // namespace

void return_large_pieces() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

void HeapKeeper::look(TimePoint now) {
  if (trimmed_ && now - *trimmed_ < kInterval) return;
  trimmed_ = now;
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace skirret::cloudenc_tool
