#include "codec/media/frame_reader.hh"

#include <cmath>
#include <filesystem>
#include <mutex>
#include <utility>

#include <spdlog/spdlog.h>

extern "C" {
#include <libavdevice/avdevice.h>
#include <libavutil/display.h>
}

#include "codec/media/av_log.hh"

namespace skirret::codec {
namespace {

// More than any screen or camera; bounds what a hostile file can make a decoder allocate.
constexpr std::int64_t kMaxPixels = 8192ll * 8192ll;
constexpr FrameRate kFallbackRate{25, 1};

FrameRate rate_of(AVFormatContext* input, AVStream* stream) {
  const AVRational guess = av_guess_frame_rate(input, stream, nullptr);
  if (guess.num <= 0 || guess.den <= 0 || av_q2d(guess) > 1000) return kFallbackRate;
  return {guess.num, guess.den};
}

int quarter_turns_of(const AVStream* stream) {
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < 9 * sizeof(std::int32_t)) return 0;
  // The angle is counterclockwise: what a player must turn by, so clockwise is its negative.
  const double angle = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(data));
  if (std::isnan(angle)) return 0;
  return static_cast<int>(std::lround(angle / 90.0) % 4 + 4) % 4;
}

// libvpx decides what VP8 means, so its decoder goes before FFmpeg's own.
const AVCodec* decoder_for(AVCodecID id) {
  const AVCodec* libvpx = id == AV_CODEC_ID_VP8 ? avcodec_find_decoder_by_name("libvpx") : nullptr;
  return libvpx != nullptr ? libvpx : avcodec_find_decoder(id);
}

}  // namespace

InputName InputName::of(const std::string& spec) {
  for (const char* device : {"v4l2", "x11grab"}) {
    const std::string prefix = std::string(device) + ":";
    if (spec.starts_with(prefix)) return {spec, device, spec.substr(prefix.size()), true};
  }
  if (spec.starts_with("lavfi:")) return {spec, "lavfi", spec.substr(6), false};
  return {spec, "", "file:" + spec, false};
}

Result<FrameReader> FrameReader::open(const InputName& name, const SourceOptions& options) {
  static std::once_flag registered;
  std::call_once(registered, [] { avdevice_register_all(); });
  av::redirect_log();
  FrameReader reader(name);
  if (auto done = reader.open_input(options); !done) return tl::unexpected(done.error());
  if (auto done = reader.open_decoder(); !done) return tl::unexpected(done.error());
  return reader;
}

tl::unexpected<Error> FrameReader::open_failed(int code) const {
  const std::string reason = av::take_last_error();
  const std::string why = reason.empty() ? av::error_text(code) : reason;
  if (name_.format == "lavfi")
    return fail(ErrorCode::kInvalid, name_.spec + ": is no graph that FFmpeg can build (" + why +
                                         "): try it with ffplay -f lavfi");
  if (name_.live)
    return fail(code == AVERROR(ENOENT) ? ErrorCode::kNotFound : ErrorCode::kIo,
                name_.spec + ": the device cannot be opened (" + why +
                    "): check its name, its permissions and that no other program uses it");
  if (code == AVERROR(EACCES) || code == AVERROR(EPERM))
    return fail(ErrorCode::kIo, name_.spec + ": cannot be read: " + av::error_text(code));
  return fail(ErrorCode::kUnsupported, name_.spec + ": is no video that FFmpeg can read (" +
                                           av::error_text(code) + "): check the file");
}

Result<void> FrameReader::open_input(const SourceOptions& options) {
  std::error_code ignored;
  const bool is_path = name_.format.empty();
  const std::string path = is_path ? name_.spec : name_.format == "v4l2" ? name_.url : "";
  if (is_path && path.empty())
    return fail(ErrorCode::kInvalid, "source name is empty: name a file or device");
  if (!path.empty() && !std::filesystem::exists(path, ignored))
    return fail(ErrorCode::kNotFound,
                name_.spec + ": no such " + (is_path ? "file" : "device") + ": check the path");
  if (is_path && std::filesystem::is_directory(path, ignored))
    return fail(ErrorCode::kIo, name_.spec + ": is a folder: name a file");

  const AVInputFormat* format = is_path ? nullptr : av_find_input_format(name_.format.c_str());
  if (!is_path && format == nullptr)
    return fail(ErrorCode::kUnsupported, name_.spec + ": this FFmpeg was built without " + name_.format);
  // A device is first asked for what is wanted; one that refuses may still work its own way.
  for (const bool ask : {true, false}) {
    av::Options opening;
    if (is_path) opening.set("protocol_whitelist", "file");
    const bool asks = ask && name_.live && (options.fps || options.size);
    if (asks && options.fps)
      opening.set("framerate",
                  std::to_string(options.fps->numerator) + "/" + std::to_string(options.fps->denominator));
    if (asks && options.size && name_.format == "v4l2")
      opening.set("video_size",
                  std::to_string(options.size->width) + "x" + std::to_string(options.size->height));
    AVFormatContext* opened = nullptr;
    const int code = avformat_open_input(&opened, name_.url.c_str(), format, opening.pointer());
    input_.reset(opened);
    if (code >= 0) return {};
    if (!asks) return open_failed(code);
  }
  return {};
}

Result<void> FrameReader::open_decoder() {
  if (const int code = avformat_find_stream_info(input_.get(), nullptr); code < 0) return open_failed(code);
  const int index = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0 || (input_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
    return fail(ErrorCode::kUnsupported, name_.spec + ": holds no video: give a file with moving pictures");
  stream_ = input_->streams[index];
  for (unsigned i = 0; i < input_->nb_streams; ++i)
    if (static_cast<int>(i) != index) input_->streams[i]->discard = AVDISCARD_ALL;
  const AVCodecParameters& shape = *stream_->codecpar;
  if (std::int64_t{shape.width} * shape.height > kMaxPixels)
    return fail(ErrorCode::kLimit, name_.spec + ": is " + std::to_string(shape.width) + "x" +
                                       std::to_string(shape.height) +
                                       ", above the limit of 8192x8192 pixels: scale it down first");
  const AVCodec* codec = decoder_for(stream_->codecpar->codec_id);
  if (codec == nullptr)
    return fail(ErrorCode::kUnsupported, name_.spec + ": FFmpeg has no decoder for its video (" +
                                             avcodec_get_name(stream_->codecpar->codec_id) + "): convert it");
  decoder_.reset(avcodec_alloc_context3(codec));
  int code = avcodec_parameters_to_context(decoder_.get(), stream_->codecpar);
  decoder_->max_pixels = kMaxPixels;
  decoder_->pkt_timebase = stream_->time_base;
  decoder_->thread_count = 1;  // no delay for live sources, and the codec folder owns no threads
  if (code >= 0) code = avcodec_open2(decoder_.get(), codec, nullptr);
  if (code < 0) return open_failed(code);
  rate_ = rate_of(input_.get(), stream_);
  quarter_turns_ = quarter_turns_of(stream_);
  return {};
}

Result<bool> FrameReader::feed() {
  if (draining_) return false;
  const int code = av_read_frame(input_.get(), packet_.get());
  if (code == AVERROR(EAGAIN)) return true;
  if (code < 0) {
    draining_ = true;
    if (code != AVERROR_EOF) {
      if (name_.live)
        return fail(ErrorCode::kIo, name_.spec + ": the device stopped (" + av::error_text(code) + ")");
      spdlog::warn("{}: reading ended early: {}", name_.spec, av::error_text(code));
    }
    avcodec_send_packet(decoder_.get(), nullptr);
    return true;
  }
  if (packet_->stream_index == stream_->index) {
    const int sent = avcodec_send_packet(decoder_.get(), packet_.get());
    if (sent < 0 && sent != AVERROR(EAGAIN))
      spdlog::warn("{}: a damaged picture near frame {}: {}", name_.spec, count_, av::error_text(sent));
  }
  av_packet_unref(packet_.get());
  return true;
}

Result<std::optional<FrameReader::TimedFrame>> FrameReader::next() {
  av::Frame frame(av_frame_alloc());
  while (true) {
    const int code = avcodec_receive_frame(decoder_.get(), frame.get());
    if (code >= 0) break;
    if (code == AVERROR_EOF) return std::optional<TimedFrame>();
    if (code != AVERROR(EAGAIN))
      spdlog::warn("{}: a damaged picture near frame {}: {}", name_.spec, count_, av::error_text(code));
    const auto fed = feed();
    if (!fed) return tl::unexpected(fed.error());
    if (!*fed) return std::optional<TimedFrame>();
  }
  TimedFrame timed;
  const std::int64_t stamp = frame->best_effort_timestamp;
  timed.time = Duration(stamp != AV_NOPTS_VALUE
                            ? av_rescale_q(stamp, stream_->time_base, AVRational{1, 1'000'000'000})
                            : av_rescale(count_, 1'000'000'000 * rate_.denominator, rate_.numerator));
  ++count_;
  timed.frame = std::move(frame);
  return std::optional<TimedFrame>(std::move(timed));
}

}  // namespace skirret::codec
