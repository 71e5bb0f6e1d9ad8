#include "cloudenc/stitch/output.hh"

#include <algorithm>
#include <utility>

#include "codec/container/ivf.hh"
#include "codec/media/webm_writer.hh"

namespace skirret::cloudenc {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

// In 128 bits: ticks of a microsecond clock over hours do not fit otherwise.
std::int64_t to_ns(std::int64_t ticks, codec::TimeBase base) {
  __extension__ using Wide = __int128;
  return static_cast<std::int64_t>(Wide{ticks} * base.numerator * kNanoseconds / base.denominator);
}

class Output {
 public:
  virtual ~Output() = default;
  virtual Result<void> write(std::size_t frame, Bytes data) = 0;
  virtual Result<std::uint64_t> finish() = 0;
};

class IvfOutput final : public Output {
 public:
  IvfOutput(codec::IvfWriter writer, const OutputStream& stream)
      : writer_(std::move(writer)), stream_(stream) {}
  Result<void> write(std::size_t frame, Bytes data) override {
    const std::int64_t time = stream_.frames[frame].time - stream_.frames.front().time;
    return writer_.write(static_cast<std::uint64_t>(time), data);
  }
  Result<std::uint64_t> finish() override {
    if (auto done = writer_.finish(); !done) return tl::unexpected(done.error());
    return writer_.bytes();
  }

 private:
  codec::IvfWriter writer_;
  const OutputStream& stream_;
};

class WebmOutput final : public Output {
 public:
  WebmOutput(codec::WebmWriter writer, const OutputStream& stream, std::int64_t origin)
      : writer_(std::move(writer)), stream_(stream), origin_(origin) {}
  Result<void> write(std::size_t frame, Bytes data) override {
    codec::WebmFrame made;
    made.time_ns = time_of(frame) - origin_;
    const auto& frames = stream_.frames;
    if (frame + 1 < frames.size()) made.duration_ns = time_of(frame + 1) - time_of(frame);
    made.key = !data.empty() && (data[0] & 1) == 0;
    made.data = data;
    return writer_.write(made);
  }
  Result<std::uint64_t> finish() override {
    if (auto done = writer_.finish(); !done) return tl::unexpected(done.error());
    return writer_.bytes();
  }

 private:
  std::int64_t time_of(std::size_t frame) const {
    return to_ns(stream_.frames[frame].time, stream_.time_base);
  }

  codec::WebmWriter writer_;
  const OutputStream& stream_;
  std::int64_t origin_;
};

Result<std::unique_ptr<Output>> open_ivf(const std::filesystem::path& path, const OutputStream& stream) {
  codec::IvfHeader header;
  header.width = stream.frames.front().dimensions.width;
  header.height = stream.frames.front().dimensions.height;
  header.rate = static_cast<std::uint32_t>(stream.time_base.denominator);
  header.scale = static_cast<std::uint32_t>(stream.time_base.numerator);
  auto writer = codec::IvfWriter::create(path, header);
  if (!writer) return tl::unexpected(writer.error());
  return std::make_unique<IvfOutput>(std::move(*writer), stream);
}

Result<std::unique_ptr<Output>> open_webm(const std::filesystem::path& path, const OutputStream& stream) {
  std::int64_t origin = to_ns(stream.frames.front().time, stream.time_base);
  if (stream.sound && !stream.sound->packets.empty()) {
    const codec::CodedStream& sound = stream.sound->stream;
    // The first packets hold what players drop.
    const std::int64_t heard = stream.sound->packets.front().pts + sound.initial_padding;
    origin = std::min(origin, to_ns(heard, sound.time_base));
  }
  auto writer = codec::WebmWriter::create(path, stream.frames.front().dimensions, stream.sound, -origin);
  if (!writer) return tl::unexpected(writer.error());
  return std::make_unique<WebmOutput>(std::move(*writer), stream, origin);
}

}  // namespace

Result<bool> is_webm(const std::filesystem::path& path) {
  if (path.extension() == ".webm") return true;
  if (path.extension() == ".ivf") return false;
  return fail(ErrorCode::kInvalid, path.string() + ": name the output OUT.webm or OUT.ivf");
}

Result<std::uint64_t> write_output(const std::filesystem::path& path, const OutputStream& stream,
                                   std::size_t batches, const BatchReader& read_batch) {
  const auto webm = is_webm(path);
  if (!webm) return tl::unexpected(webm.error());
  auto output = *webm ? open_webm(path, stream) : open_ivf(path, stream);
  if (!output) return tl::unexpected(output.error());
  std::size_t frame = 0;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const auto frames = read_batch(batch);
    if (!frames) return tl::unexpected(frames.error());
    for (const ByteVector& data : *frames) {
      if (frame == stream.frames.size()) return fail(ErrorCode::kInvalid, "more frames than planned");
      if (auto done = (*output)->write(frame++, data); !done) return tl::unexpected(done.error());
    }
  }
  if (frame != stream.frames.size()) return fail(ErrorCode::kInvalid, "fewer frames than planned");
  return (*output)->finish();
}

}  // namespace skirret::cloudenc
