#include "codec/media/webm_writer.hh"

#include <algorithm>
#include <cstring>
#include <utility>

#include "codec/container/output_file.hh"
#include "codec/media/av_log.hh"
#include "codec/media/coded_packet.hh"

namespace skirret::codec {
namespace {

constexpr AVRational kNanoseconds{1, 1'000'000'000};
constexpr int kBufferBytes = 1 << 16;

// FFmpeg writes and seeks through this; an error stays, and is told of in place of FFmpeg's code.
class Sink {
 public:
  explicit Sink(OutputFile file) : file_(std::move(file)) {}

  int write(Bytes bytes) {
    if (!status_) return AVERROR(EIO);
    const auto position = static_cast<std::uint64_t>(position_);
    const std::uint64_t inside = position < file_.size() ? file_.size() - position : 0;
    const auto over = static_cast<std::size_t>(std::min<std::uint64_t>(inside, bytes.size()));
    if (over > 0) status_ = file_.overwrite(position, bytes.first(over));
    if (status_ && over < bytes.size()) status_ = file_.write(bytes.subspan(over));
    if (!status_) return AVERROR(EIO);
    position_ += static_cast<std::int64_t>(bytes.size());
    return static_cast<int>(bytes.size());
  }

  std::int64_t seek(std::int64_t offset, int whence) {
    const auto size = static_cast<std::int64_t>(file_.size());
    if (whence == AVSEEK_SIZE) return size;
    const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size;
    if (base + offset < 0 || base + offset > size) return AVERROR(EINVAL);
    return position_ = base + offset;
  }

  Result<void> status() const { return status_; }
  OutputFile& file() { return file_; }

 private:
  OutputFile file_;
  std::int64_t position_ = 0;
  Result<void> status_;
};

int write_packet(void* opaque, std::uint8_t* data, int size) {
  return static_cast<Sink*>(opaque)->write(Bytes(data, static_cast<std::size_t>(size)));
}
std::int64_t seek_to(void* opaque, std::int64_t offset, int whence) {
  return static_cast<Sink*>(opaque)->seek(offset, whence & ~AVSEEK_FORCE);
}

struct FreeMuxer {
  void operator()(AVFormatContext* context) const {
    if (context->pb != nullptr) av_freep(&context->pb->buffer);
    avio_context_free(&context->pb);
    avformat_free_context(context);
  }
};

}  // namespace

class WebmWriter::Muxer {
 public:
  Muxer(OutputFile file, std::optional<Segment> sound, std::int64_t shift)
      : sink_(std::move(file)), sound_(std::move(sound)), sound_shift_(shift) {}

  Result<void> start(Dimensions dimensions) {
    av::redirect_log();
    AVFormatContext* made = nullptr;
    if (avformat_alloc_output_context2(&made, nullptr, "webm", nullptr) < 0 || made == nullptr)
      return fail(ErrorCode::kUnsupported, "this FFmpeg was built without a WebM muxer");
    context_.reset(made);
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBufferBytes));
    context_->pb = avio_alloc_context(buffer, kBufferBytes, 1, &sink_, nullptr, write_packet,
                                      sink_.file().can_overwrite() ? seek_to : nullptr);
    context_->flags |= AVFMT_FLAG_BITEXACT;  // no random ids, no date
    context_->avoid_negative_ts = 0;         // Opus starts before 0 by its delay, which the muxer adds back
    CodedStream video;
    video.codec = "vp8";
    video.width = dimensions.width;
    video.height = dimensions.height;
    video.format = AV_PIX_FMT_YUV420P;
    if (auto done = add_stream(video); !done) return done;
    if (sound_)
      if (auto done = add_stream(sound_->stream); !done) return done;
    return checked(avformat_write_header(context_.get(), nullptr), "starting");
  }

  Result<void> write(const WebmFrame& frame) {
    if (auto done = write_sound(frame.time_ns); !done) return done;
    CodedPacket packet;
    packet.pts = packet.dts = frame.time_ns;
    packet.duration = frame.duration_ns;
    packet.flags = frame.key ? AV_PKT_FLAG_KEY : 0;
    packet.data.assign(frame.data.begin(), frame.data.end());
    return write(packet, 0, kNanoseconds);
  }

  Result<void> finish() {
    if (auto done = write_sound(INT64_MAX); !done) return done;
    if (auto done = checked(av_write_trailer(context_.get()), "ending"); !done) return done;
    avio_flush(context_->pb);
    if (!sink_.status()) return sink_.status();
    return sink_.file().commit();
  }

  std::uint64_t bytes() { return sink_.file().size(); }

 private:
  Result<void> add_stream(const CodedStream& description) {
    AVStream* stream = avformat_new_stream(context_.get(), nullptr);
    CodedStream plain = description;
    plain.tag = 0;  // another container's
    const CodecParameters parameters = parameters_of(plain);
    if (stream == nullptr || !parameters || avcodec_parameters_copy(stream->codecpar, parameters.get()) < 0)
      return fail(ErrorCode::kUnsupported, "WebM: a stream of " + description.codec + " cannot be added");
    stream->time_base = {1, 1000};
    return {};
  }

  // What is heard before this time.
  Result<void> write_sound(std::int64_t until_ns) {
    if (!sound_) return {};
    const AVRational base{sound_->stream.time_base.numerator, sound_->stream.time_base.denominator};
    const std::int64_t delay = av_rescale_q(sound_->stream.initial_padding, AVRational{1, 48000}, base);
    for (; next_sound_ < sound_->packets.size(); ++next_sound_) {
      CodedPacket& packet = sound_->packets[next_sound_];
      // A block's time counts from the encoder's first sample, which is not heard (CodecDelay).
      const std::int64_t shift = av_rescale_q(sound_shift_, kNanoseconds, base) + delay;
      if (av_rescale_q(packet.pts + shift, base, kNanoseconds) >= until_ns) return {};
      packet.pts = packet.dts = packet.pts + shift;
      if (auto done = write(packet, 1, base); !done) return done;
      packet.data = {};
    }
    return {};
  }

  Result<void> write(const CodedPacket& from, int stream, AVRational base) {
    if (!fill(from, *packet_)) return fail(ErrorCode::kLimit, "out of memory for a packet");
    packet_->stream_index = stream;
    av_packet_rescale_ts(packet_.get(), base, context_->streams[stream]->time_base);
    return checked(av_interleaved_write_frame(context_.get(), packet_.get()), "writing");
  }

  Result<void> checked(int code, const char* doing) const {
    if (!sink_.status()) return sink_.status();
    if (code >= 0) return {};
    const std::string said = av::take_last_error();
    return fail(ErrorCode::kIo,
                std::string("WebM: ") + doing + ": " + (said.empty() ? av::error_text(code) : said));
  }

  Sink sink_;
  std::unique_ptr<AVFormatContext, FreeMuxer> context_;
  av::Packet packet_{av_packet_alloc()};
  std::optional<Segment> sound_;
  std::int64_t sound_shift_ = 0;
  std::size_t next_sound_ = 0;
};

WebmWriter::WebmWriter(std::unique_ptr<Muxer> muxer) : muxer_(std::move(muxer)) {}
WebmWriter::WebmWriter(WebmWriter&&) noexcept = default;
WebmWriter& WebmWriter::operator=(WebmWriter&&) noexcept = default;
WebmWriter::~WebmWriter() = default;

Result<WebmWriter> WebmWriter::create(const std::filesystem::path& path, Dimensions dimensions,
                                      std::optional<Segment> sound, std::int64_t sound_shift_ns) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto muxer = std::make_unique<Muxer>(std::move(*file), std::move(sound), sound_shift_ns);
  if (auto done = muxer->start(dimensions); !done) return tl::unexpected(done.error());
  return WebmWriter(std::move(muxer));
}

Result<void> WebmWriter::write(const WebmFrame& frame) {
  return muxer_->write(frame);
}
Result<void> WebmWriter::finish() {
  return muxer_->finish();
}
std::uint64_t WebmWriter::bytes() const {
  return muxer_->bytes();
}

}  // namespace skirret::codec
