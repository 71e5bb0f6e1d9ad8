#include "transport/session/sealed_channel.hh"

#include <utility>

#include "codec/base/check.hh"
#include "transport/crypto/cipher.hh"
#include "transport/crypto/packet_number.hh"

namespace skirret::transport {

static_assert(SealedChannel::kOverhead == DataHeader::kSize + kTagSize);

SealedChannel::SealedChannel(SessionKeys keys) : keys_(std::move(keys)) {}

ByteVector SealedChannel::seal(Bytes payload) {
  SKIRRET_CHECK(payload.size() <= kMaxPayload);
  SKIRRET_CHECK(!exhausted());
  const std::uint64_t number = next_number_++;
  const ByteVector header = DataHeader{keys_.session_id, static_cast<std::uint32_t>(number)}.serialise();
  ByteVector datagram;
  datagram.reserve(payload.size() + kOverhead);
  datagram.assign(header.begin(), header.end());
  append_sealed(datagram, keys_.send, number, header, payload);
  return datagram;
}

Result<Opened> SealedChannel::open(Bytes datagram) {
  const auto header = DataHeader::parse(datagram);
  if (!header) {
    ++counters_.failed;
    return tl::unexpected(header.error());
  }
  if (header->session_id != keys_.session_id) {
    ++counters_.failed;
    return fail(ErrorCode::kMalformed, "packet of another session");
  }
  const std::uint64_t number = reconstruct_number(header->number_low, received_.expected());
  const Bytes clear = datagram.first(DataHeader::kSize);
  auto payload = open_sealed(keys_.receive, number, clear, datagram.subspan(DataHeader::kSize));
  if (!payload || number >= kMaxPackets) {
    ++counters_.failed;
    return fail(ErrorCode::kAuth, "packet does not authenticate");
  }
  if (!received_.is_new(number)) {
    ++counters_.replayed;
    return fail(ErrorCode::kAuth, "packet " + std::to_string(number) + " was seen before or is too old");
  }
  received_.mark(number);
  ++counters_.opened;
  return Opened{number, std::move(*payload)};
}

}  // namespace skirret::transport
