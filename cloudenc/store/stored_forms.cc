#include "cloudenc/store/stored_forms.hh"

#include <algorithm>
#include <sstream>

#include <zstd.h>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

constexpr int kCompressionLevel = 1;
// A damaged blob may claim any size: none of ours is larger, or packs better than zstd can.
constexpr std::uint64_t kMaxContent = std::uint64_t{1} << 31;
constexpr std::uint64_t kMaxRatio = 40'000;
}  // namespace

ByteVector packed(Bytes content) {
  ByteVector bytes(ZSTD_compressBound(content.size()));
  const std::size_t size =
      ZSTD_compress(bytes.data(), bytes.size(), content.data(), content.size(), kCompressionLevel);
  SKIRRET_CHECK(ZSTD_isError(size) == 0);
  bytes.resize(size);
  return bytes;
}

std::optional<ByteVector> unpacked(Bytes bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size > kMaxContent || size > (bytes.size() + 1) * kMaxRatio)
    return std::nullopt;  // errors are huge, too
  ByteVector content(size);
  const std::size_t made = ZSTD_decompress(content.data(), content.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(made) != 0 || made != size) return std::nullopt;
  return content;
}

std::string text_of(const Record& record) {
  std::string text;
  for (const ContentHash& hash : record.outputs) text += hash.hex() + "\n";
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return text + ContentHash::of(bytes).hex() + "\n";
}

std::optional<Record> record_of(Bytes bytes) {
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  Record record;
  for (std::string line; std::getline(lines, line);) {
    const auto hash = ContentHash::parse(line);
    if (!hash) return std::nullopt;
    record.outputs.push_back(*hash);
  }
  if (record.outputs.empty()) return std::nullopt;
  record.outputs.pop_back();  // the check
  const std::string expected = text_of(record);
  if (!std::equal(bytes.begin(), bytes.end(), expected.begin(), expected.end())) return std::nullopt;
  return record;
}

}  // namespace skirret::cloudenc
