#include "codec/media/segment_decoder.hh"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "codec/media/av_log.hh"
#include "codec/media/coded_packet.hh"
#include "codec/media/picture_converter.hh"

namespace skirret::codec {
namespace {

constexpr std::int64_t kMaxPixels = 8192ll * 8192ll;

}  // namespace

class SegmentDecoder::Decoding {
 public:
  Result<void> feed(Segment part) {
    if (!decoder_) {
      auto opened = open(part);
      if (!opened) return opened;
    }
    last_ = part.last;  // the others of a segment's parts do not say
    packets_ = std::move(part.packets);
    sent_ = 0;
    return {};
  }

  void finish() { finished_ = true; }

  Result<std::optional<ShownPicture>> next() {
    while (decoder_) {
      const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
      if (code == 0) {
        if (const auto shown = shown_now()) return shown;
        continue;
      }
      if (code == AVERROR_EOF) break;
      if (code != AVERROR(EAGAIN)) {
        spdlog::warn("a damaged picture: {}", av::error_text(code));
        if (flushed_) break;
      }
      const auto sent = send();
      if (!sent) return tl::unexpected(sent.error());
      if (!*sent) break;
    }
    return std::nullopt;
  }

  Result<Picture> picture() { return converter_->convert(*frame_, converter_->upright_size(*frame_)); }

 private:
  Result<void> open(const Segment& part) {
    av::redirect_log();
    auto decoder = open_decoder(part.stream);
    if (!decoder) return tl::unexpected(decoder.error());
    decoder_ = std::move(*decoder);
    decoder_->max_pixels = kMaxPixels;
    converter_.emplace(part.stream.quarter_turns);
    base_ = {part.stream.time_base.numerator, part.stream.time_base.denominator};
    const AVRational picture = {part.stream.rate.denominator, part.stream.rate.numerator};
    interval_ = std::max<std::int64_t>(1, av_rescale_q(1, picture, base_));
    first_ = part.first;
    return {};
  }

  // Hands the decoder what comes next; false where there is nothing yet.
  Result<bool> send() {
    if (sent_ < packets_.size()) {
      CodedPacket& packet = packets_[sent_++];
      if (!fill(packet, *packet_)) return fail(ErrorCode::kLimit, "out of memory for a packet");
      const int code = avcodec_send_packet(decoder_.get(), packet_.get());
      if (code < 0) spdlog::warn("a damaged picture at {}: {}", packet.pts, av::error_text(code));
      av_packet_unref(packet_.get());
      packet = {};  // its memory is not needed any more
      return true;
    }
    if (!finished_ || flushed_) return false;
    flushed_ = true;
    avcodec_send_packet(decoder_.get(), nullptr);
    return true;
  }

  std::optional<ShownPicture> shown_now() {
    std::int64_t time = frame_->best_effort_timestamp;
    if (time == AV_NOPTS_VALUE) time = shown_to_ ? *shown_to_ + interval_ : 0;
    if (time < first_ || time >= last_) return std::nullopt;
    if (shown_to_ && time <= *shown_to_)
      time = *shown_to_ + interval_;  // broken times go on at the stream's rate
    shown_to_ = time;
    return ShownPicture{time, converter_->upright_size(*frame_)};
  }

  av::CodecContext decoder_;
  std::optional<PictureConverter> converter_;
  av::Packet packet_{av_packet_alloc()};
  av::Frame frame_{av_frame_alloc()};
  AVRational base_{};
  std::int64_t interval_ = 1;
  std::int64_t first_ = INT64_MIN, last_ = INT64_MAX;
  std::vector<CodedPacket> packets_;  // of the part at hand
  std::size_t sent_ = 0;
  bool finished_ = false, flushed_ = false;
  std::optional<std::int64_t> shown_to_;
};

SegmentDecoder::SegmentDecoder() : decoding_(std::make_unique<Decoding>()) {}
SegmentDecoder::SegmentDecoder(SegmentDecoder&&) noexcept = default;
SegmentDecoder& SegmentDecoder::operator=(SegmentDecoder&&) noexcept = default;
SegmentDecoder::~SegmentDecoder() = default;

Result<void> SegmentDecoder::feed(Segment part) {
  return decoding_->feed(std::move(part));
}
void SegmentDecoder::finish() {
  decoding_->finish();
}
Result<std::optional<ShownPicture>> SegmentDecoder::next() {
  return decoding_->next();
}
Result<Picture> SegmentDecoder::picture() {
  return decoding_->picture();
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
