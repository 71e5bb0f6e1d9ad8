#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/container/input_stream.hh"
#include "codec/container/output_file.hh"
#include "codec/picture/picture.hh"

// YUV4MPEG2: one text line "YUV4MPEG2 W… H… F…:… I… A…:… C… X…", then for each picture a line
// "FRAME[ parameters]" and its Y, U and V samples. Here 8-bit 4:2:0 only; odd sizes round chroma up.
namespace skirret::codec {

enum class ChromaSiting : std::uint8_t {
  kJpeg,
  kMpeg2,
  kPalDv,
  kUnstated
};  // C420jpeg, C420mpeg2, C420paldv, C420

struct Y4mHeader {
  Dimensions dimensions;              // 1..16383 each
  std::uint32_t rate_numerator = 30;  // pictures a second; 0:0 = unknown
  std::uint32_t rate_denominator = 1;
  ChromaSiting siting = ChromaSiting::kJpeg;
  bool operator==(const Y4mHeader&) const = default;
};

// Pictures in file order, margins extended. Errors name the file and the place; formats other than 8-bit
// 4:2:0 are kUnsupported with the command that converts them. A last picture cut short is kTruncated.
class Y4mReader {
 public:
  static Result<Y4mReader> open(const std::filesystem::path& path);
  static Result<Y4mReader> over(Bytes bytes);  // borrowed

  const Y4mHeader& header() const { return header_; }
  Result<std::optional<Picture>> next();  // nullopt: the end

 private:
  explicit Y4mReader(InputStream stream) : stream_(std::move(stream)) {}
  static Result<Y4mReader> start(InputStream stream);

  InputStream stream_;
  Y4mHeader header_;
  std::uint64_t index_ = 0;
};

// Writes display crops; the file appears under its name when finish() succeeds. A picture of another size
// than the header's is kInvalid.
class Y4mWriter {
 public:
  static Result<Y4mWriter> create(const std::filesystem::path& path, const Y4mHeader& header);

  Result<void> write(const Picture& picture);
  Result<void> finish() { return file_.commit(); }
  Result<std::filesystem::path> finish_partial() { return file_.keep_partial(); }

  std::uint64_t frames() const { return frames_; }

 private:
  Y4mWriter(OutputFile file, const Y4mHeader& header) : file_(std::move(file)), header_(header) {}

  OutputFile file_;
  Y4mHeader header_;
  std::uint64_t frames_ = 0;
};

// The display crop's Y, U and V samples one after another: what `vpxdec --i420` writes and MD5 sums cover.
ByteVector i420_bytes(const Picture& picture);

}  // namespace skirret::codec
