#include "tools/bench/codec/picture_decoder.hh"

#include <cstring>
#include <utility>

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"
#include "sender/thread_pool.hh"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
}

namespace skirret::bench {
namespace {

class OurDecoder final : public PictureDecoder {
 public:
  explicit OurDecoder(std::size_t threads) : threads_(threads) {}

  Result<void> decode(Bytes frame) override {
    auto decoded = codec::decode(state_, frame, {}, {&pictures_, &threads_});
    if (!decoded) return tl::unexpected(decoded.error());
    state_ = std::move(decoded->next);
    return {};
  }

 private:
  codec::PicturePool pictures_;
  sender::ThreadPool threads_;
  codec::State state_;
};

class VpxDecoder final : public PictureDecoder {
 public:
  VpxDecoder() {
    vpx_codec_dec_cfg_t config{};
    config.threads = 1;
    started_ = vpx_codec_dec_init(&codec_, vpx_codec_vp8_dx(), &config, 0) == VPX_CODEC_OK;
  }
  VpxDecoder(const VpxDecoder&) = delete;
  VpxDecoder& operator=(const VpxDecoder&) = delete;
  ~VpxDecoder() override {
    if (started_) vpx_codec_destroy(&codec_);
  }

  Result<void> decode(Bytes frame) override {
    if (!started_) return fail(ErrorCode::kUnsupported, "libvpx's decoder does not start");
    if (vpx_codec_decode(&codec_, frame.data(), static_cast<unsigned>(frame.size()), nullptr, 0) !=
        VPX_CODEC_OK)
      return fail(ErrorCode::kMalformed, "libvpx refuses a frame");
    vpx_codec_iter_t iterator = nullptr;
    while (vpx_codec_get_frame(&codec_, &iterator) != nullptr) {
    }
    return {};
  }

 private:
  vpx_codec_ctx_t codec_{};
  bool started_ = false;
};

class FfmpegDecoder final : public PictureDecoder {
 public:
  FfmpegDecoder()
      : codec_(
            avcodec_alloc_context3(avcodec_find_decoder_by_name("vp8"))),  // by name: not the libvpx wrapper
        frame_(av_frame_alloc()),
        packet_(av_packet_alloc()) {
    codec_->thread_count = 1;
    started_ = avcodec_open2(codec_, nullptr, nullptr) >= 0;
  }
  FfmpegDecoder(const FfmpegDecoder&) = delete;
  FfmpegDecoder& operator=(const FfmpegDecoder&) = delete;
  ~FfmpegDecoder() override {
    avcodec_free_context(&codec_);
    av_frame_free(&frame_);
    av_packet_free(&packet_);
  }

  Result<void> decode(Bytes frame) override {
    if (!started_) return fail(ErrorCode::kUnsupported, "this FFmpeg has no vp8 decoder");
    if (av_new_packet(packet_, static_cast<int>(frame.size())) < 0)
      return fail(ErrorCode::kLimit, "no memory");
    std::memcpy(packet_->data, frame.data(), frame.size());
    const int sent = avcodec_send_packet(codec_, packet_);
    av_packet_unref(packet_);
    if (sent < 0) return fail(ErrorCode::kMalformed, "FFmpeg refuses a frame");
    while (avcodec_receive_frame(codec_, frame_) >= 0) av_frame_unref(frame_);
    return {};
  }

 private:
  AVCodecContext* codec_;
  AVFrame* frame_;
  AVPacket* packet_;
  bool started_ = false;
};

}  // namespace

DecoderSetting our_decoder_setting() {
  return {"skirret",
          []() -> Result<std::unique_ptr<PictureDecoder>> { return std::make_unique<OurDecoder>(1); }};
}

DecoderSetting our_two_thread_setting() {
  return {"skirret-2-threads",
          []() -> Result<std::unique_ptr<PictureDecoder>> { return std::make_unique<OurDecoder>(2); }, true};
}

DecoderSetting vpx_decoder_setting() {
  return {"libvpx",
          []() -> Result<std::unique_ptr<PictureDecoder>> { return std::make_unique<VpxDecoder>(); }};
}

DecoderSetting ffmpeg_decoder_setting() {
  return {"ffmpeg", []() -> Result<std::unique_ptr<PictureDecoder>> {
            if (avcodec_find_decoder_by_name("vp8") == nullptr)
              return fail(ErrorCode::kUnsupported, "this FFmpeg has no vp8 decoder");
            return std::make_unique<FfmpegDecoder>();
          }};
}

}  // namespace skirret::bench
