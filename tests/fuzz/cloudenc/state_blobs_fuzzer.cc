// A state's blobs from anywhere: refused, or a state that is whole. Its own blobs give an equal one, and any
// frame can be decoded from it. The input is a frame and then blobs, each behind its size (16 bits,
// little-endian); the first blob is also read as a context, and the whole input as an IVF of frames.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "cloudenc/functions/blobs.hh"
#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "codec/decoder/decoder.hh"

namespace {

using skirret::ByteVector;

constexpr int kMaxSide = 128;  // so that what is tried is much, not large

void try_state(const skirret::codec::State& state, const ByteVector& frame) {
  namespace cloudenc = skirret::cloudenc;
  const auto again = cloudenc::state_of(cloudenc::state_blobs(state));
  SKIRRET_CHECK(again.has_value());
  SKIRRET_CHECK(*again == state);
  const auto decoded = skirret::codec::decode(state, frame, {.max_pixels = kMaxSide * kMaxSide});
  if (decoded) SKIRRET_CHECK(decoded->next.has_pictures());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace cloudenc = skirret::cloudenc;
  if (const auto frames = cloudenc::frames_of({data, size})) {
    std::size_t given = 0;
    for (const ByteVector& frame : *frames) given += 12 + frame.size();
    SKIRRET_CHECK(given + 32 <= size);
  }
  skirret::ByteReader reader({data, size});
  std::vector<ByteVector> parts;
  while (reader.remaining() >= 2) {
    const std::size_t stated = reader.u16le();
    const auto part = reader.take(std::min(stated, reader.remaining()));
    parts.emplace_back(part.begin(), part.end());
  }
  if (parts.size() < 2) return 0;
  skirret::ByteReader sizes(parts[1]);
  const int width = sizes.u16le(), height = sizes.u16le();
  if (width > kMaxSide || height > kMaxSide) return 0;
  if (const auto state = cloudenc::state_of(std::span(parts).subspan(1))) try_state(*state, parts[0]);
  if (const auto context = cloudenc::context_of(parts[1])) try_state(*context, parts[0]);
  return 0;
}
