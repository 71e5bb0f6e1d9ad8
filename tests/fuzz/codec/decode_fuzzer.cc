// A sequence of frames from an empty state, each decoded by ours and by libvpx. What must hold: nothing
// crashes or over-allocates, decode and parse agree, and the verdict, the shown picture and all three
// references are libvpx's. The input is frames one after another, each behind its size (16 bits,
// little-endian).
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "codec/base/byte_reader.hh"
#include "tests/support/libvpx_lockstep.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kMaxFrames = 24;
  skirret::ByteReader reader({data, size});
  skirret::test::LibvpxLockstep lockstep(skirret::codec::Limits{.max_pixels = 160 * 160});
  for (int i = 0; i < kMaxFrames && reader.remaining() >= 2; ++i) {
    const std::size_t stated = reader.u16le();
    const skirret::Bytes frame = reader.take(std::min(stated, reader.remaining()));
    if (const auto difference = lockstep.feed(frame)) {
      std::fprintf(stderr, "frame %d (%zu bytes): %s\n", i, frame.size(), difference->c_str());
      std::abort();
    }
  }
  return 0;
}
