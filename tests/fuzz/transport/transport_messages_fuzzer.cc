// One payload of the sealed envelope, to every parser: each refuses it, or what it read writes a message that
// reads as the same again and keeps every stated cap.
#include <cstdint>

#include "codec/base/check.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/control.hh"
#include "transport/wire/data_packet.hh"
#include "transport/wire/path.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

void check_data(Bytes payload) {
  const auto read = parse_data(payload);
  if (!read) return;
  SKIRRET_CHECK(read->source < read->frame);
  SKIRRET_CHECK(!read->parity() || (read->fragments <= kMaxParityFragments &&
                                    read->fragment < read->fragments + kMaxParityRows));
  SKIRRET_CHECK(read->fragments <= kMaxFragments && read->frame_bytes <= kMaxFrameBytes);
  const ByteVector written = write_data(*read);
  const auto again = parse_data(written);
  SKIRRET_CHECK(again && again->notes == read->notes && again->frame == read->frame);
  SKIRRET_CHECK(again->source == read->source && again->bytes.size() == read->bytes.size());
}

void check_ack(Bytes payload) {
  const auto read = parse_ack(payload);
  if (!read) return;
  SKIRRET_CHECK(!read->ranges.empty() && read->ranges.size() <= kMaxAckRanges);
  SKIRRET_CHECK(read->earlier.size() < kMaxAckArrivals && read->frames.size() <= kMaxAckFrames);
  const auto again = parse_ack(write_ack(*read));
  SKIRRET_CHECK(again && *again == *read);
}

void check_control(Bytes payload) {
  if (const auto probe = parse_probe(payload)) SKIRRET_CHECK(parse_probe(write_probe(*probe)).has_value());
  if (const auto ping = parse_ping(payload)) SKIRRET_CHECK(parse_ping(write_ping(*ping)).value() == *ping);
  if (const auto close = parse_close(payload)) {
    SKIRRET_CHECK(close->text.size() <= kMaxCloseText);
    SKIRRET_CHECK(parse_close(write_close(*close)).value() == *close);
  }
}

void check_path(Bytes payload) {
  if (const auto asked = parse_path_challenge(payload))
    SKIRRET_CHECK(parse_path_challenge(write_path_challenge(*asked)).value() == *asked);
  if (const auto answer = parse_path_response(payload))
    SKIRRET_CHECK(parse_path_response(write_path_response(*answer)).value() == *answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes payload(data, size);
  check_data(payload);
  check_ack(payload);
  check_control(payload);
  check_path(payload);
  SKIRRET_CHECK(message_type(payload).has_value() == (size > 0 && data[0] >= 1 && data[0] <= 7));
  return 0;
}
