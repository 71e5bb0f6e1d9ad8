#include "tools/bench/live/decoded_dump.hh"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "codec/container/y4m.hh"
#include "codec/decoder/decoder.hh"

namespace skirret::bench {

Result<DecodedDump> DecodedDump::open(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".ivf" && entry.file_size() > 0) files.push_back(entry.path());
  if (files.empty())
    return fail(ErrorCode::kNotFound,
                "the browser wrote no decoded frames into " + folder.string() + "; was anything received?");
  const auto stamp = [](const std::filesystem::path& path) {
    const std::string name = path.stem();
    return std::stoull("0" + name.substr(name.find_last_of('-') + 1));
  };
  std::ranges::sort(files, {}, stamp);
  return DecodedDump(std::move(files));
}

Result<codec::Picture> DecodedDump::picture(std::uint32_t rtp) {
  while (current_ != rtp) {
    const auto more = decode_next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) {
      return fail(ErrorCode::kNotFound,
                  "the frame of RTP time " + std::to_string(rtp) + " was displayed but not decoded");
    }
  }
  return picture_;
}

Result<bool> DecodedDump::decode_next() {
  for (;;) {
    if (!reader_) {
      if (opened_ == files_.size()) return false;
      auto opened = codec::IvfReader::open(files_[opened_++]);
      if (!opened) return tl::unexpected(opened.error());
      reader_.emplace(std::move(*opened));
    }
    auto frame = reader_->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) {
      reader_.reset();
      continue;
    }
    auto decoded = codec::decode(state_, (*frame)->data);
    if (!decoded) return tl::unexpected(decoded.error());
    state_ = std::move(decoded->next);
    picture_ = std::move(decoded->shown);
    current_ = static_cast<std::uint32_t>((*frame)->pts);
    return true;
  }
}

std::string sha256_of(const codec::Picture& picture) {
  const ByteVector bytes = codec::i420_bytes(picture);
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text;
  return sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
}

}  // namespace skirret::bench
