// A segment of a compressed stream from anywhere: refused, or one that saves and loads as itself. None of it
// is larger than what was read.
#include <cstdint>

#include "codec/base/check.hh"
#include "codec/media/coded_stream.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace skirret::codec;
  const auto segment = load_segment({data, size});
  if (!segment) return 0;
  std::size_t held = segment->stream.codec.size() + segment->stream.extradata.size();
  for (const CodedPacket& packet : segment->packets) {
    held += packet.data.size();
    for (const auto& [type, side] : packet.side_data) held += side.size();
  }
  SKIRRET_CHECK(held <= size && segment->packets.size() <= size);
  const skirret::ByteVector saved = save(*segment);
  const auto again = load_segment(saved);
  SKIRRET_CHECK(again.has_value());
  SKIRRET_CHECK(save(*again) == saved);
  return 0;
}
