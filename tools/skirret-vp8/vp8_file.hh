#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "codec/base/result.hh"
#include "codec/container/ivf.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"

namespace skirret::vp8 {

// A VP8 stream in IVF, decoded frame after frame. Like vpxdec it ends at the first frame that cannot be
// decoded; the error says which.
class Vp8File {
 public:
  static Result<Vp8File> open(const std::filesystem::path& path);

  struct Step {
    std::uint64_t index = 0;  // of the frame in the file, from 0
    std::uint64_t pts = 0;
    Bytes bytes;          // until the next call
    codec::State source;  // what it was decoded from
    codec::Decoded decoded;
  };
  Result<std::optional<Step>> next();  // nullopt: the end

  const codec::IvfHeader& header() const { return reader_.header(); }

 private:
  Vp8File(codec::IvfReader reader, std::string name) : reader_(std::move(reader)), name_(std::move(name)) {}

  codec::IvfReader reader_;
  std::string name_;
  codec::State state_;
  std::uint64_t index_ = 0;
};

}  // namespace skirret::vp8
