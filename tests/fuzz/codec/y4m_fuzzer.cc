// Y4M bytes from anywhere: reading ends, and a size that the header claims costs no memory by itself.
#include <cstdint>

#include "codec/base/check.hh"
#include "codec/container/y4m.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto reader = skirret::codec::Y4mReader::over({data, size});
  if (!reader) return 0;
  const auto dimensions = reader->header().dimensions;
  SKIRRET_CHECK(dimensions.width > 0 && dimensions.height > 0);
  const std::size_t samples =
      static_cast<std::size_t>(dimensions.width) * static_cast<std::size_t>(dimensions.height);
  for (std::size_t pictures = 1;; ++pictures) {
    const auto picture = reader->next();
    if (!picture || !*picture) return 0;
    SKIRRET_CHECK((*picture)->dimensions() == dimensions);
    SKIRRET_CHECK(pictures * samples <= size);
  }
}
