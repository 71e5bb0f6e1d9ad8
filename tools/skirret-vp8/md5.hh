#pragma once

#include <string>

#include "codec/picture/picture.hh"

namespace skirret::vp8 {

// MD5 of the display crop's I420 bytes, as lower-case hexadecimal: what vpxdec --i420 --md5 prints.
std::string i420_md5(const codec::Picture& picture);

}  // namespace skirret::vp8
