// Any bytes as each of the handshake's messages: refused, or read into what writes the same bytes again.
#include <algorithm>
#include <cstdint>

#include "codec/base/check.hh"
#include "transport/wire/envelope.hh"
#include "transport/wire/handshake_messages.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

void check_hello(Bytes bytes) {
  const auto hello = Hello::parse(bytes);
  SKIRRET_CHECK(hello.has_value() ==
                (bytes.size() == Hello::kSize && kind_of(bytes) == DatagramKind::kHello));
  if (!hello) return;
  ByteVector again = Hello::without_mac(hello->noise);
  SKIRRET_CHECK(std::ranges::equal(again, hello->covered));
  again.insert(again.end(), hello->mac.begin(), hello->mac.end());
  SKIRRET_CHECK(std::ranges::equal(again, bytes));
}

void check_reply(Bytes bytes) {
  const auto reply = Reply::parse(bytes);
  SKIRRET_CHECK(reply.has_value() ==
                (bytes.size() == Reply::kSize && kind_of(bytes) == DatagramKind::kReply));
  if (reply) SKIRRET_CHECK(std::ranges::equal(reply->serialise(), bytes));
}

void check_payloads(Bytes bytes) {
  if (const auto payload = HelloPayload::parse(bytes)) {
    SKIRRET_CHECK(*HelloPayload::parse(payload->serialise()) == *payload);
  }
  if (const auto payload = ReplyPayload::parse(bytes)) {
    SKIRRET_CHECK(std::ranges::equal(payload->serialise(), bytes));
  }
}

void check_header(Bytes bytes) {
  const auto header = DataHeader::parse(bytes);
  SKIRRET_CHECK(header.has_value() ==
                (bytes.size() >= DataHeader::kSize && kind_of(bytes) == DatagramKind::kData));
  if (header) SKIRRET_CHECK(std::ranges::equal(header->serialise(), bytes.first(DataHeader::kSize)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  check_hello(bytes);
  check_reply(bytes);
  check_payloads(bytes);
  check_header(bytes);
  return 0;
}
