// A file of a store, as anybody may have damaged it, read as a record and as a blob. A record that is read
// is the very text that is written for it; a blob that is unpacked comes back when packed again.
#include <algorithm>
#include <cstdint>

#include "cloudenc/store/stored_forms.hh"
#include "codec/base/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace cloudenc = skirret::cloudenc;
  const skirret::Bytes bytes(data, size);
  if (const auto record = cloudenc::record_of(bytes)) {
    const std::string text = cloudenc::text_of(*record);
    SKIRRET_CHECK(std::equal(text.begin(), text.end(), bytes.begin(), bytes.end(),
                             [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }));
  }
  if (const auto content = cloudenc::unpacked(bytes))
    SKIRRET_CHECK(cloudenc::unpacked(cloudenc::packed(*content)) == *content);
  return 0;
}
