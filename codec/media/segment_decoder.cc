#include "codec/media/segment_decoder.hh"

#include <cstring>

#include <spdlog/spdlog.h>

#include "codec/media/av_log.hh"
#include "codec/media/coded_packet.hh"
#include "codec/media/picture_converter.hh"

namespace skirret::codec {
namespace {

constexpr std::int64_t kMaxPixels = 8192ll * 8192ll;

class Decoding {
 public:
  Decoding(const Segment& segment, const PictureVisitor& visit)
      : segment_(segment), visit_(visit), converter_(segment.stream.quarter_turns) {}

  Result<void> run() {
    if (auto opened = open(); !opened) return opened;
    for (const CodedPacket& packet : segment_.packets) {
      if (!fill(packet, *packet_)) return fail(ErrorCode::kLimit, "out of memory for a packet");
      const int sent = avcodec_send_packet(decoder_.get(), packet_.get());
      if (sent < 0) spdlog::warn("a damaged picture at {}: {}", packet.pts, av::error_text(sent));
      av_packet_unref(packet_.get());
      if (auto going = drain(); !going || !*going)
        return going ? Result<void>() : tl::unexpected(going.error());
    }
    avcodec_send_packet(decoder_.get(), nullptr);
    const auto last = drain();
    return last ? Result<void>() : tl::unexpected(last.error());
  }

 private:
  Result<void> open() {
    av::redirect_log();
    auto decoder = open_decoder(segment_.stream);
    if (!decoder) return tl::unexpected(decoder.error());
    decoder_ = std::move(*decoder);
    decoder_->max_pixels = kMaxPixels;
    return {};
  }

  // Visits what the decoder holds ready; false when the visitor has enough.
  Result<bool> drain() {
    while (true) {
      const av::Frame frame(av_frame_alloc());
      const int code = avcodec_receive_frame(decoder_.get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return true;
      if (code < 0) {
        spdlog::warn("a damaged picture: {}", av::error_text(code));
        return true;
      }
      auto going = show(*frame);
      if (!going || !*going) return going;
    }
  }

  Result<bool> show(const AVFrame& frame) {
    const TimeBase base = segment_.stream.time_base, rate = segment_.stream.rate;
    const std::int64_t interval =
        std::max<std::int64_t>(1, av_rescale_q(1, AVRational{rate.denominator, rate.numerator},
                                               AVRational{base.numerator, base.denominator}));
    std::int64_t time = frame.best_effort_timestamp;
    if (time == AV_NOPTS_VALUE) time = last_ ? *last_ + interval : 0;
    if (time < segment_.first || time >= segment_.last) return true;
    if (last_ && time <= *last_) time = *last_ + interval;  // broken times go on at the stream's rate
    last_ = time;
    const Dimensions size = converter_.upright_size(frame);
    return visit_({time, size}, [&] { return converter_.convert(frame, size); });
  }

  const Segment& segment_;
  const PictureVisitor& visit_;
  PictureConverter converter_;
  av::CodecContext decoder_;
  av::Packet packet_{av_packet_alloc()};
  std::optional<std::int64_t> last_;
};

}  // namespace

Result<void> decode_segment(const Segment& segment, const PictureVisitor& visit) {
  return Decoding(segment, visit).run();
}

Result<av::CodecContext> open_decoder(const CodedStream& stream) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(stream.codec.c_str());
  // libvpx decides what VP8 means, so its decoder goes before FFmpeg's own.
  const AVCodec* codec = stream.codec == "vp8" ? avcodec_find_decoder_by_name("libvpx") : nullptr;
  if (codec == nullptr && descriptor != nullptr) codec = avcodec_find_decoder(descriptor->id);
  if (codec == nullptr)
    return fail(ErrorCode::kUnsupported, "FFmpeg has no decoder for " + stream.codec + ": convert the file");
  av::CodecContext decoder(avcodec_alloc_context3(codec));
  const CodecParameters parameters = parameters_of(stream);
  int code = parameters ? avcodec_parameters_to_context(decoder.get(), parameters.get()) : AVERROR(ENOMEM);
  decoder->pkt_timebase = {stream.time_base.numerator, stream.time_base.denominator};
  decoder->thread_count = 1;
  if (code >= 0) code = avcodec_open2(decoder.get(), codec, nullptr);
  if (code < 0)
    return fail(ErrorCode::kUnsupported,
                "FFmpeg's decoder for " + stream.codec + " does not start: " + av::error_text(code));
  return decoder;
}

CodecParameters parameters_of(const CodedStream& stream) {
  CodecParameters parameters(avcodec_parameters_alloc());
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get_by_name(stream.codec.c_str());
  if (!parameters || descriptor == nullptr) return nullptr;
  parameters->codec_type = descriptor->type;
  parameters->codec_id = descriptor->id;
  parameters->codec_tag = stream.tag;
  parameters->format = stream.format;
  parameters->profile = stream.profile;
  parameters->level = stream.level;
  parameters->width = stream.width;
  parameters->height = stream.height;
  parameters->video_delay = stream.video_delay;
  parameters->color_range = static_cast<AVColorRange>(stream.color_range);
  parameters->bits_per_coded_sample = stream.bits_per_coded_sample;
  parameters->bits_per_raw_sample = stream.bits_per_raw_sample;
  parameters->bit_rate = stream.bit_rate;
  parameters->sample_rate = stream.sample_rate;
  parameters->block_align = stream.block_align;
  parameters->frame_size = stream.frame_size;
  parameters->initial_padding = stream.initial_padding;
  parameters->seek_preroll = stream.seek_preroll;
  if (stream.channel_mask != 0)
    av_channel_layout_from_mask(&parameters->ch_layout, stream.channel_mask);
  else if (stream.channels > 0)
    av_channel_layout_default(&parameters->ch_layout, stream.channels);
  if (!stream.extradata.empty()) {
    parameters->extradata =
        static_cast<std::uint8_t*>(av_mallocz(stream.extradata.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (parameters->extradata == nullptr) return nullptr;
    std::memcpy(parameters->extradata, stream.extradata.data(), stream.extradata.size());
    parameters->extradata_size = static_cast<int>(stream.extradata.size());
  }
  return parameters;
}

bool fill(const CodedPacket& from, AVPacket& to) {
  if (av_new_packet(&to, static_cast<int>(from.data.size())) < 0) return false;
  if (!from.data.empty()) std::memcpy(to.data, from.data.data(), from.data.size());
  to.pts = from.pts == kNoTime ? AV_NOPTS_VALUE : from.pts;
  to.dts = from.dts == kNoTime ? AV_NOPTS_VALUE : from.dts;
  to.duration = from.duration;
  to.flags = from.flags;
  for (const auto& [type, data] : from.side_data) {
    std::uint8_t* side = av_packet_new_side_data(&to, static_cast<AVPacketSideDataType>(type), data.size());
    if (side == nullptr) return false;
    if (!data.empty()) std::memcpy(side, data.data(), data.size());
  }
  return true;
}

std::string decoder_version() {
  const auto text = [](unsigned v) {
    return std::to_string(v >> 16) + "." + std::to_string(v >> 8 & 255) + "." + std::to_string(v & 255);
  };
  return text(avcodec_version()) + "/" + text(swscale_version());
}

}  // namespace skirret::codec
