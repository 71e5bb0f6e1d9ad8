#include "tests/support/ffmpeg_vp8_decoder.hh"

#include <array>
#include <cstring>
#include <stdexcept>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
}

namespace skirret::test {
namespace {

using codec::Dimensions;
using codec::MutablePicture;
using codec::Picture;
using codec::PlaneName;

Picture from_frame(const AVFrame& frame) {
  MutablePicture made(Dimensions{frame.width, frame.height});
  constexpr std::array<PlaneName, 3> kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
  for (std::size_t p = 0; p < 3; ++p) {
    const auto target = made.display_plane(kPlanes[p]);
    for (int y = 0; y < target.height; ++y)
      std::memcpy(target.row(y), frame.data[p] + y * frame.linesize[p],
                  static_cast<std::size_t>(target.width));
  }
  made.extend_margin();
  return Picture(std::move(made));
}

}  // namespace

struct FfmpegVp8Decoder::Context {
  AVCodecContext* codec = nullptr;
  AVFrame* frame = nullptr;
  AVPacket* packet = nullptr;
};

void FfmpegVp8Decoder::ContextDeleter::operator()(Context* context) const {
  avcodec_free_context(&context->codec);
  av_frame_free(&context->frame);
  av_packet_free(&context->packet);
  delete context;
}

FfmpegVp8Decoder::FfmpegVp8Decoder() : context_(new Context) {
  av_log_set_level(AV_LOG_QUIET);
  const AVCodec* codec = avcodec_find_decoder_by_name("vp8");  // by name: not the libvpx wrapper
  if (codec == nullptr) throw std::runtime_error("this FFmpeg has no vp8 decoder");
  context_->codec = avcodec_alloc_context3(codec);
  context_->frame = av_frame_alloc();
  context_->packet = av_packet_alloc();
  context_->codec->thread_count = 1;
  if (avcodec_open2(context_->codec, codec, nullptr) < 0)
    throw std::runtime_error("FFmpeg's vp8 decoder does not start");
}

std::optional<codec::Picture> FfmpegVp8Decoder::decode(Bytes frame) {
  AVPacket* const packet = context_->packet;
  if (av_new_packet(packet, static_cast<int>(frame.size())) < 0) return std::nullopt;
  std::memcpy(packet->data, frame.data(), frame.size());
  const int sent = avcodec_send_packet(context_->codec, packet);
  av_packet_unref(packet);
  if (sent < 0 || avcodec_receive_frame(context_->codec, context_->frame) < 0) return std::nullopt;
  Picture shown = from_frame(*context_->frame);
  av_frame_unref(context_->frame);
  return shown;
}

}  // namespace skirret::test
