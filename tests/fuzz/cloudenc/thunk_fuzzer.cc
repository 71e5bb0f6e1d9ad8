// A thunk's text from anywhere: refused, or a thunk whose canonical text is read as the same thunk.
#include <cstdint>
#include <string>

#include "cloudenc/thunk/thunk.hh"
#include "codec/base/check.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using skirret::cloudenc::Thunk;
  const auto thunk = Thunk::parse(std::string(data, data + size));
  if (!thunk) return 0;
  const auto again = Thunk::parse(thunk->canonical());
  SKIRRET_CHECK(again.has_value());
  SKIRRET_CHECK(*again == *thunk);
  SKIRRET_CHECK(again->key() == thunk->key());
  return 0;
}
