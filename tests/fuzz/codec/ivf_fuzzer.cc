// IVF bytes from anywhere: reading ends, gives only bytes that are there, and stops at its first error.
#include <cstdint>

#include "codec/base/check.hh"
#include "codec/container/ivf.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto reader = skirret::codec::IvfReader::over({data, size});
  if (!reader) return 0;
  std::size_t given = 0;
  std::uint64_t sum = 0;
  while (true) {
    const auto frame = reader->next();
    if (!frame || !*frame) break;
    for (const std::uint8_t byte : (*frame)->data) sum += byte;  // reads all of it
    given += 12 + (*frame)->data.size();
    SKIRRET_CHECK(given + 32 <= size);
  }
  SKIRRET_CHECK(sum <= 255 * given);
  return 0;
}
