#pragma once

#include <vpx/vpx_image.h>

#include "codec/picture/picture.hh"

namespace skirret::codec {

// The picture as libvpx's encoder reads it, its top left `size`; borrows its samples.
inline vpx_image_t vpx_image_of(const Picture& picture, Dimensions size) {
  vpx_image_t image{};
  image.fmt = VPX_IMG_FMT_I420;
  image.bit_depth = 8;
  image.w = image.d_w = static_cast<unsigned>(size.width);
  image.h = image.d_h = static_cast<unsigned>(size.height);
  image.x_chroma_shift = image.y_chroma_shift = 1;
  image.bps = 12;
  constexpr PlaneName kNames[3] = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
  for (int i = 0; i < 3; ++i) {
    const PlaneView plane = picture.plane(kNames[i]);
    image.planes[i] = const_cast<unsigned char*>(plane.data);  // the library only reads its source
    image.stride[i] = static_cast<int>(plane.stride);
  }
  return image;
}
inline vpx_image_t vpx_image_of(const Picture& picture) {
  return vpx_image_of(picture, picture.dimensions());
}

}  // namespace skirret::codec
