// Any text as a call link: refused with a message that does not repeat it, or a link that writes itself
// again.
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/base/check.hh"
#include "transport/crypto/secret_text.hh"
#include "transport/session/call_link.hh"

namespace {

using namespace skirret::transport;

void check_link(std::string_view text) {
  const auto link = parse_call_link(text);
  if (!link) {
    SKIRRET_CHECK(!link.error().message.empty() && link.error().message.size() < 200);
    return;
  }
  const auto again = parse_call_link(link->with_secret());
  SKIRRET_CHECK(again.has_value() && *again == *link);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_link(text);
  // The checksum is in a fuzzer's way: also with the first 64 bytes as the secret, spelled right.
  if (size >= 64) {
    const SecretBytes<64> content(skirret::Bytes(data, 64));
    check_link(std::string(text.substr(64)) + encode_secret(SecretKind::kCallLink, content));
  }
  const auto secret = decode_secret(SecretKind::kKeyFile, text);
  if (secret) SKIRRET_CHECK(encode_secret(SecretKind::kKeyFile, *secret) == text);
  return 0;
}
