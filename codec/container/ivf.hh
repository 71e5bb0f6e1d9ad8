#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/container/input_stream.hh"
#include "codec/container/output_file.hh"

// IVF, the container of VP8 test streams. All fields little-endian.
//
//   0  "DKIF"     4  version (0)   6  header length (32)   8  fourcc ("VP80")
//  12  width     14  height       16  time base denominator (rate)   20  its numerator (scale)
//  24  frame count                28  unused
//  then for each frame: 4 bytes size, 8 bytes presentation time in time base units, the frame's bytes.
namespace skirret::codec {

struct IvfHeader {
  std::array<char, 4> fourcc = {'V', 'P', '8', '0'};
  int width = 0;            // 0..65535; frames say their own size, this is a hint
  int height = 0;           // 0..65535
  std::uint32_t rate = 30;  // time base is scale/rate seconds
  std::uint32_t scale = 1;
  std::uint32_t frame_count = 0;  // a hint too: live writers leave 0

  bool is_vp8() const { return fourcc == std::array<char, 4>{'V', 'P', '8', '0'}; }
  bool operator==(const IvfHeader&) const = default;
};

struct IvfFrame {
  std::uint64_t pts = 0;  // in units of scale/rate seconds
  Bytes data;             // lives until the reader's next call; may be empty
};

// Reads frame after frame. As tolerant as vpxdec: version and header length are not believed (the header
// is 32 bytes), nor is the frame count. A last frame that is cut short gives kTruncated, which says where;
// frames before it have been given. A frame above 256 MiB is refused (kLimit).
class IvfReader {
 public:
  static Result<IvfReader> open(const std::filesystem::path& path);
  static Result<IvfReader> over(Bytes bytes);  // borrowed

  const IvfHeader& header() const { return header_; }
  Result<std::optional<IvfFrame>> next();  // nullopt: the end

 private:
  explicit IvfReader(InputStream stream) : stream_(std::move(stream)) {}
  static Result<IvfReader> start(InputStream stream);

  InputStream stream_;
  IvfHeader header_;
  std::uint64_t index_ = 0;
};

// Writes a file that appears under its name when finish() succeeds; finish also fills in the frame count.
class IvfWriter {
 public:
  static Result<IvfWriter> create(const std::filesystem::path& path, const IvfHeader& header);

  Result<void> write(std::uint64_t pts, Bytes frame);
  Result<void> finish();
  Result<std::filesystem::path>
  finish_partial();  // as OutputFile::keep_partial, a whole IVF of the frames so far

  std::uint32_t frames() const { return frames_; }
  std::uint64_t bytes() const { return file_.size(); }

 private:
  IvfWriter(OutputFile file, const IvfHeader& header) : file_(std::move(file)), header_(header) {}
  Result<void> rewrite_header();

  OutputFile file_;
  IvfHeader header_;
  std::uint32_t frames_ = 0;
};

}  // namespace skirret::codec
