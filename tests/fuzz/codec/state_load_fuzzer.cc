// A saved state from anywhere: loading refuses or gives a state that is whole. It can be saved and loaded
// again as an equal one with the same id, and any frame can be decoded from it. The input is the size of a
// frame (16 bits, little-endian), the frame, then the blob.
#include <algorithm>
#include <cstdint>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kMaxPixels = 128 * 128;
  skirret::ByteReader reader({data, size});
  const std::size_t stated = reader.u16le();
  const skirret::Bytes frame = reader.take(std::min(stated, reader.remaining()));
  const auto loaded = skirret::codec::load(reader.rest(), kMaxPixels);
  if (!loaded) return 0;
  const auto again = skirret::codec::load(skirret::codec::save(*loaded), kMaxPixels);
  SKIRRET_CHECK(again.has_value());
  SKIRRET_CHECK(*again == *loaded);
  SKIRRET_CHECK(again->id() == loaded->id());
  const auto decoded = skirret::codec::decode(*loaded, frame, {.max_pixels = kMaxPixels});
  if (decoded) SKIRRET_CHECK(decoded->next.has_pictures());
  return 0;
}
