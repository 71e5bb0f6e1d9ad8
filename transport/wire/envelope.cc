#include "transport/wire/envelope.hh"

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"

namespace skirret::transport {

std::optional<DatagramKind> kind_of(Bytes datagram) {
  if (datagram.empty()) return std::nullopt;
  for (const DatagramKind kind :
       {DatagramKind::kHello, DatagramKind::kReply, DatagramKind::kData, DatagramKind::kShortHello}) {
    if (datagram[0] == first_byte(kind)) return kind;
  }
  return std::nullopt;
}

ByteVector DataHeader::serialise() const {
  ByteWriter writer;
  writer.u8(first_byte(DatagramKind::kData));
  writer.u32be(session_id);
  writer.u32be(number_low);
  return std::move(writer).take();
}

Result<DataHeader> DataHeader::parse(Bytes datagram) {
  ByteReader reader(datagram);
  const std::uint8_t first = reader.u8();
  DataHeader header;
  header.session_id = reader.u32be();
  header.number_low = reader.u32be();
  if (!reader.ok()) return fail(ErrorCode::kTruncated, "data packet: header cut short");
  if (first != first_byte(DatagramKind::kData)) return fail(ErrorCode::kMalformed, "no data packet");
  return header;
}

}  // namespace skirret::transport
