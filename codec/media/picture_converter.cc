#include "codec/media/picture_converter.hh"

#include <cstring>
#include <utility>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "codec/media/av_log.hh"

namespace skirret::codec {
namespace {

constexpr std::array kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
constexpr int kMaxSide = 16383;

Picture copied(const AVFrame& frame, Dimensions size) {
  MutablePicture made(size);
  for (std::size_t i = 0; i < kPlanes.size(); ++i) {
    const MutablePlaneView plane = made.display_plane(kPlanes[i]);
    for (int y = 0; y < plane.height; ++y)
      std::memcpy(plane.row(y), frame.data[i] + static_cast<std::ptrdiff_t>(y) * frame.linesize[i],
                  static_cast<std::size_t>(plane.width));
  }
  made.extend_margin();
  return Picture(std::move(made));
}

void turn_plane(PlaneView from, MutablePlaneView to, int quarter_turns) {
  for (int y = 0; y < to.height; ++y) {
    for (int x = 0; x < to.width; ++x) {
      switch (quarter_turns) {
        case 1:
          *to.at(x, y) = *from.at(y, from.height - 1 - x);
          break;
        case 2:
          *to.at(x, y) = *from.at(from.width - 1 - x, from.height - 1 - y);
          break;
        default:
          *to.at(x, y) = *from.at(from.width - 1 - y, x);
          break;
      }
    }
  }
}

}  // namespace

Picture turned(const Picture& picture, int quarter_turns) {
  if (quarter_turns == 0) return picture;
  const Dimensions from = picture.dimensions();
  MutablePicture made(quarter_turns == 2 ? from : Dimensions{from.height, from.width});
  for (const PlaneName plane : kPlanes)
    turn_plane(picture.display_plane(plane), made.display_plane(plane), quarter_turns);
  made.extend_margin();
  return Picture(std::move(made));
}

Dimensions PictureConverter::upright_size(const AVFrame& frame) const {
  if (quarter_turns_ % 2 == 1) return {frame.height, frame.width};
  return {frame.width, frame.height};
}

Result<Picture> PictureConverter::convert(const AVFrame& frame, Dimensions size) {
  if (size.width < 1 || size.height < 1 || size.width > kMaxSide || size.height > kMaxSide)
    return fail(ErrorCode::kLimit, "pictures of " + std::to_string(size.width) + "x" +
                                       std::to_string(size.height) +
                                       " are outside 1x1 to 16383x16383: scale with --size");
  const Dimensions lying = quarter_turns_ % 2 == 1 ? Dimensions{size.height, size.width} : size;
  auto picture = scaled(frame, lying);
  if (!picture) return picture;
  return turned(*picture, quarter_turns_);
}

Result<Picture> PictureConverter::scaled(const AVFrame& frame, Dimensions size) {
  const bool full_range = frame.color_range == AVCOL_RANGE_JPEG || frame.format == AV_PIX_FMT_YUVJ420P;
  if (frame.format == AV_PIX_FMT_YUV420P && !full_range && frame.width == size.width &&
      frame.height == size.height)
    return copied(frame, size);
  const Key key{frame.format, frame.width, frame.height, full_range ? 1 : 0, size.width, size.height};
  if (key != key_) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    scaler_.reset(sws_getContext(
        frame.width, frame.height, format, size.width, size.height, AV_PIX_FMT_YUV420P,
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT, nullptr, nullptr, nullptr));
    if (!scaler_) {
      const char* name = av_get_pix_fmt_name(format);
      return fail(ErrorCode::kUnsupported, std::string("pictures of format ") + (name ? name : "unknown") +
                                               " cannot be converted to 8-bit 4:2:0");
    }
    // RGB has no range to speak of; YUV is told, and comes out limited.
    const int* matrix = sws_getCoefficients(SWS_CS_DEFAULT);
    sws_setColorspaceDetails(scaler_.get(), matrix, full_range ? 1 : 0, matrix, 0, 0, 1 << 16, 1 << 16);
    key_ = key;
  }
  // Its SIMD may write past a row's end, so it gets a padded frame of its own.
  av::Frame target(av_frame_alloc());
  target->format = AV_PIX_FMT_YUV420P;
  target->width = size.width;
  target->height = size.height;
  if (av_frame_get_buffer(target.get(), 0) < 0)
    return fail(ErrorCode::kIo, "out of memory for a picture of " + std::to_string(size.width) + "x" +
                                    std::to_string(size.height));
  const int rows =
      sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, target->data, target->linesize);
  if (rows != size.height)
    return fail(ErrorCode::kUnsupported, "converting a picture failed: " + av::take_last_error());
  return copied(*target, size);
}

}  // namespace skirret::codec
