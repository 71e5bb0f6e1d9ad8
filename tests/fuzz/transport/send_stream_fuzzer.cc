// What an authenticated but arbitrary receiver may put into its packets: a sender's stream takes a list of
// payloads, each behind its size (16 bits, little-endian; SendStreamPlay's bits above it), and sends a frame
// before each; in some steps the payload is what a path carries, and the receiver tells the truth. It never
// codes from a state that was not acknowledged with its own id, and its accounts stay sane.
#include <algorithm>
#include <cstdint>

#include "codec/base/byte_reader.hh"
#include "tests/fuzz/transport/send_stream_play.hh"

using namespace skirret;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  transport::SendStreamPlay sender;
  while (reader.remaining() >= 3) {
    const std::uint16_t head = reader.u16le();
    const std::size_t stated = head & transport::SendStreamPlay::kSizeMask;
    sender.step(head, reader.take(std::min(stated, reader.remaining())));
  }
  return 0;
}
