#include "codec/media/opus_sound.hh"

#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
}

#include "codec/media/av_log.hh"
#include "codec/media/coded_packet.hh"

namespace skirret::codec {
namespace {

constexpr AVRational kClock{1, 48000};

struct FreeGraph {
  void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
};

std::string layout_text(const AVChannelLayout& layout) {
  char text[128] = {};
  av_channel_layout_describe(&layout, text, sizeof text);
  return text;
}

tl::unexpected<Error> failed(const std::string& doing, int code) {
  const std::string said = av::take_last_error();
  return fail(ErrorCode::kUnsupported,
              "sound: " + doing + ": " + (said.empty() ? av::error_text(code) : said));
}

// 48 kHz, mono or stereo, gaps filled with silence, in frames of 20 ms.
class Resampling {
 public:
  Result<void> start(const AVFrame& first, AVRational time_base) {
    graph_.reset(avfilter_graph_alloc());
    graph_->nb_threads = 1;
    const std::string source =
        "time_base=" + std::to_string(time_base.num) + "/" + std::to_string(time_base.den) +
        ":sample_rate=" + std::to_string(first.sample_rate) + ":sample_fmt=" + std::to_string(first.format) +
        ":channel_layout=" + layout_text(first.ch_layout);
    const std::string channels = first.ch_layout.nb_channels == 1 ? "mono" : "stereo";
    const auto filter = [this](const char* kind, const std::string& arguments) -> AVFilterContext* {
      AVFilterContext* made = nullptr;
      const AVFilter* what = avfilter_get_by_name(kind);
      if (what == nullptr) return nullptr;
      return avfilter_graph_create_filter(&made, what, kind, arguments.empty() ? nullptr : arguments.c_str(),
                                          nullptr, graph_.get()) < 0
                 ? nullptr
                 : made;
    };
    source_ = filter("abuffer", source);
    AVFilterContext* const chain[] = {
        source_, filter("aresample", "48000:async=1:min_hard_comp=0.04"),
        filter("aformat", "sample_fmts=flt:sample_rates=48000:channel_layouts=" + channels),
        filter("asetnsamples", "n=960:p=0"), sink_ = filter("abuffersink", "")};
    for (const AVFilterContext* part : chain)
      if (part == nullptr) return failed("resampling cannot start", AVERROR(EINVAL));
    for (int i = 0; i < 4; ++i)
      if (const int code = avfilter_link(chain[i], 0, chain[i + 1], 0); code < 0)
        return failed("resampling cannot start", code);
    if (const int code = avfilter_graph_config(graph_.get(), nullptr); code < 0)
      return failed("resampling cannot start", code);
    return {};
  }

  bool started() const { return graph_ != nullptr; }
  int add(AVFrame* frame) { return av_buffersrc_add_frame_flags(source_, frame, 0); }
  bool next(AVFrame& frame) {
    if (av_buffersink_get_frame(sink_, &frame) < 0) return false;
    frame.pts = av_rescale_q(frame.pts, av_buffersink_get_time_base(sink_), kClock);
    return true;
  }
  int channels() const { return av_buffersink_get_channels(sink_); }

 private:
  std::unique_ptr<AVFilterGraph, FreeGraph> graph_;
  AVFilterContext* source_ = nullptr;
  AVFilterContext* sink_ = nullptr;
};

class Transcoding {
 public:
  explicit Transcoding(const OpusOptions& options) : options_(options) {}

  Result<void> add(const Segment& segment) {
    if (!decoder_) {
      auto decoder = open_decoder(segment.stream);
      if (!decoder) return tl::unexpected(decoder.error());
      decoder_ = std::move(*decoder);
    }
    for (const CodedPacket& packet : segment.packets) {
      if (!fill(packet, *packet_)) return fail(ErrorCode::kLimit, "out of memory for a packet");
      const int code = avcodec_send_packet(decoder_.get(), packet_.get());
      av_packet_unref(packet_.get());
      if (code < 0) spdlog::warn("damaged sound at {}: {}", packet.pts, av::error_text(code));
      if (auto done = decode(); !done) return done;
    }
    return {};
  }

  Result<Segment> finish() {
    if (decoder_) {
      avcodec_send_packet(decoder_.get(), nullptr);
      if (auto done = decode(); !done) return tl::unexpected(done.error());
    }
    if (!resampling_.started()) return fail(ErrorCode::kUnsupported, "sound: nothing in it can be decoded");
    resampling_.add(nullptr);
    auto done = encode_ready();
    if (done) done = encode(nullptr);
    if (!done) return tl::unexpected(done.error());
    return std::move(made_);
  }

 private:
  Result<void> decode() {
    const av::Frame frame(av_frame_alloc());
    while (avcodec_receive_frame(decoder_.get(), frame.get()) >= 0) {
      if (!resampling_.started()) {
        if (auto done = resampling_.start(*frame, decoder_->pkt_timebase); !done) return done;
        if (auto done = open_encoder(); !done) return done;
      }
      frame->pts = frame->best_effort_timestamp;
      if (const int code = resampling_.add(frame.get()); code < 0)
        spdlog::warn("sound changes its form in the middle: {}", av::error_text(code));
      av_frame_unref(frame.get());
      if (auto done = encode_ready(); !done) return done;
    }
    return {};
  }

  Result<void> open_encoder() {
    const AVCodec* codec = avcodec_find_encoder_by_name("libopus");
    if (codec == nullptr) return fail(ErrorCode::kUnsupported, "this FFmpeg was built without libopus");
    encoder_.reset(avcodec_alloc_context3(codec));
    encoder_->sample_rate = 48000;
    encoder_->sample_fmt = AV_SAMPLE_FMT_FLT;
    encoder_->time_base = kClock;
    av_channel_layout_default(&encoder_->ch_layout, resampling_.channels());
    const int kbps = options_.kbps > 0 ? options_.kbps : resampling_.channels() == 1 ? 64 : 112;
    encoder_->bit_rate = std::int64_t{1000} * kbps;
    encoder_->flags |= AV_CODEC_FLAG_BITEXACT;
    if (const int code = avcodec_open2(encoder_.get(), codec, nullptr); code < 0)
      return failed("the Opus encoder does not start", code);
    made_.stream.codec = "opus";
    made_.stream.format = AV_SAMPLE_FMT_FLT;
    made_.stream.sample_rate = 48000;
    made_.stream.channels = resampling_.channels();
    made_.stream.channel_mask = encoder_->ch_layout.u.mask;
    made_.stream.initial_padding = encoder_->initial_padding;
    made_.stream.seek_preroll = 3840;  // 80 ms, RFC 7845 section 4.2
    made_.stream.frame_size = encoder_->frame_size;
    made_.stream.time_base = {kClock.num, kClock.den};
    made_.stream.extradata.assign(encoder_->extradata, encoder_->extradata + encoder_->extradata_size);
    return {};
  }

  Result<void> encode_ready() {
    const av::Frame frame(av_frame_alloc());
    while (resampling_.started() && resampling_.next(*frame)) {
      const auto done = encode(frame.get());
      av_frame_unref(frame.get());
      if (!done) return done;
    }
    return {};
  }

  Result<void> encode(const AVFrame* frame) {
    if (const int code = avcodec_send_frame(encoder_.get(), frame); code < 0) return failed("encoding", code);
    while (avcodec_receive_packet(encoder_.get(), packet_.get()) >= 0) {
      CodedPacket packet;
      packet.pts = packet.dts = packet_->pts;
      packet.duration = packet_->duration;
      packet.flags = AV_PKT_FLAG_KEY;
      packet.data.assign(packet_->data, packet_->data + packet_->size);
      std::size_t size = 0;
      if (const std::uint8_t* skip = av_packet_get_side_data(packet_.get(), AV_PKT_DATA_SKIP_SAMPLES, &size))
        packet.side_data.emplace_back(AV_PKT_DATA_SKIP_SAMPLES, ByteVector(skip, skip + size));
      made_.packets.push_back(std::move(packet));
      av_packet_unref(packet_.get());
    }
    return {};
  }

  OpusOptions options_;
  av::CodecContext decoder_, encoder_;
  av::Packet packet_{av_packet_alloc()};
  Resampling resampling_;
  Segment made_;
};

}  // namespace

Result<Segment> encode_opus(const SegmentReader& segments, const OpusOptions& options) {
  av::redirect_log();
  Transcoding transcoding(options);
  while (true) {
    const auto segment = segments();
    if (!segment) return tl::unexpected(segment.error());
    if (!*segment) return transcoding.finish();
    if (auto done = transcoding.add(**segment); !done) return tl::unexpected(done.error());
  }
}

Result<Segment> copy_opus(const SegmentReader& segments) {
  Segment made;
  while (true) {
    auto segment = segments();
    if (!segment) return tl::unexpected(segment.error());
    if (!*segment) break;
    if ((*segment)->stream.codec != "opus")
      return fail(ErrorCode::kUnsupported, "sound is " + (*segment)->stream.codec +
                                               ", not Opus: it cannot be copied; use --audio opus");
    made.stream = (*segment)->stream;
    const AVRational from{made.stream.time_base.numerator, made.stream.time_base.denominator};
    for (CodedPacket& packet : (*segment)->packets) {
      if (packet.discarded() || packet.pts == kNoTime) continue;  // cut off by an edit list
      packet.pts = packet.dts = av_rescale_q(packet.pts, from, kClock);
      packet.duration = av_rescale_q(packet.duration, from, kClock);
      made.packets.push_back(std::move(packet));
    }
  }
  if (made.packets.empty()) return fail(ErrorCode::kUnsupported, "sound: no packet to copy");
  made.stream.time_base = {kClock.num, kClock.den};
  return made;
}

std::string opus_version() {
  const unsigned v = avcodec_version(), f = avfilter_version();
  return std::to_string(v >> 16) + "." + std::to_string(v >> 8 & 255) + "." + std::to_string(v & 255) + "/" +
         std::to_string(f >> 16) + "." + std::to_string(f >> 8 & 255);
}

}  // namespace skirret::codec
