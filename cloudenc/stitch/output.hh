#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cloudenc/split/split.hh"
#include "codec/media/coded_stream.hh"

namespace skirret::cloudenc {

struct OutputStream {
  std::span<const SourceFrame> frames;  // sizes and times, in `time_base`
  codec::TimeBase time_base;
  std::optional<codec::Segment> sound;  // Opus; not for IVF
};

// Gives batch i's frames; called once for each, in order, so that one batch at a time is in memory.
using BatchReader = std::function<Result<std::vector<ByteVector>>(std::size_t batch)>;

// OUT.webm or OUT.ivf, by its name; times begin at 0 with the first picture or sound. Gives its bytes.
// Errors: kIo (disk full, no permission), kInvalid where batches and frames disagree, and the reader's.
Result<std::uint64_t> write_output(const std::filesystem::path& path, const OutputStream& stream,
                                   std::size_t batches, const BatchReader& read_batch);

// kInvalid when the name ends in neither .webm nor .ivf.
Result<bool> is_webm(const std::filesystem::path& path);

}  // namespace skirret::cloudenc
