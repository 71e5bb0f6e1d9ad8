#include "tools/skirret-vp8/png_file.hh"

#include "codec/container/output_file.hh"
#include "codec/media/av_handles.hh"

namespace skirret::vp8 {
namespace {

namespace av = codec::av;

Result<av::Frame> rgb_frame(const codec::Picture& picture) {
  const codec::Dimensions size = picture.dimensions();
  av::Frame frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_RGB24;
  frame->width = size.width;
  frame->height = size.height;
  const av::Scaler scaler(sws_getContext(
      size.width, size.height, AV_PIX_FMT_YUV420P, size.width, size.height, AV_PIX_FMT_RGB24,
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, nullptr, nullptr, nullptr));
  if (!scaler || av_frame_get_buffer(frame.get(), 0) < 0)
    return fail(ErrorCode::kLimit, "out of memory for a PNG picture");
  const std::uint8_t* planes[4] = {};
  int strides[4] = {};
  for (int i = 0; i < 3; ++i) {
    const codec::PlaneView plane = picture.display_plane(static_cast<codec::PlaneName>(i));
    planes[i] = plane.data;
    strides[i] = static_cast<int>(plane.stride);
  }
  sws_scale(scaler.get(), planes, strides, 0, size.height, frame->data, frame->linesize);
  return frame;
}

}  // namespace

Result<void> write_png(const std::filesystem::path& path, const codec::Picture& picture) {
  const auto frame = rgb_frame(picture);
  if (!frame) return tl::unexpected(frame.error());
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
  if (codec == nullptr) return fail(ErrorCode::kUnsupported, "FFmpeg has no PNG encoder here: write a .y4m");
  const av::CodecContext encoder(avcodec_alloc_context3(codec));
  encoder->width = (*frame)->width;
  encoder->height = (*frame)->height;
  encoder->pix_fmt = AV_PIX_FMT_RGB24;
  encoder->time_base = {1, 1};
  const av::Packet packet(av_packet_alloc());
  int code = avcodec_open2(encoder.get(), codec, nullptr);
  if (code >= 0) code = avcodec_send_frame(encoder.get(), frame->get());
  if (code >= 0) code = avcodec_send_frame(encoder.get(), nullptr);
  if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
  if (code < 0) return fail(ErrorCode::kUnsupported, path.string() + ": no PNG: " + av::error_text(code));
  auto file = codec::OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (auto done = file->write({packet->data, static_cast<std::size_t>(packet->size)}); !done) return done;
  return file->commit();
}

}  // namespace skirret::vp8
