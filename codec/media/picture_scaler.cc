#include "codec/media/picture_scaler.hh"

#include "codec/media/picture_converter.hh"

namespace skirret::codec {

Result<Picture> scaled(const Picture& picture, Dimensions size) {
  av::Frame frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = picture.dimensions().width;
  frame->height = picture.dimensions().height;
  int plane_index = 0;
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const PlaneView plane = picture.display_plane(name);
    frame->data[plane_index] = const_cast<std::uint8_t*>(plane.data);  // only read; not reference-counted
    frame->linesize[plane_index++] = static_cast<int>(plane.stride);
  }
  return PictureConverter(0).convert(*frame, size);
}

}  // namespace skirret::codec
