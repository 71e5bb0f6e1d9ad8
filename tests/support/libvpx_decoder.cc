#include "tests/support/libvpx_decoder.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "codec/base/check.hh"

namespace skirret::test {
namespace {

using codec::Dimensions;
using codec::MutablePicture;
using codec::Picture;
using codec::PlaneName;

constexpr std::array<PlaneName, 3> kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
constexpr std::array<int, 3> kVpxPlanes = {VPX_PLANE_Y, VPX_PLANE_U, VPX_PLANE_V};

// Copies the display crop; the aligned margin is replicated from it so that it is never uninitialised.
Picture from_image(const vpx_image_t& image) {
  const Dimensions size{static_cast<int>(image.d_w), static_cast<int>(image.d_h)};
  MutablePicture made(size);
  for (std::size_t p = 0; p < 3; ++p) {
    const auto target = made.display_plane(kPlanes[p]);
    for (int y = 0; y < target.height; ++y)
      std::memcpy(target.row(y), image.planes[kVpxPlanes[p]] + y * image.stride[kVpxPlanes[p]],
                  static_cast<std::size_t>(target.width));
  }
  made.extend_margin();
  return Picture(std::move(made));
}

}  // namespace

struct LibvpxDecoder::Context {
  vpx_codec_ctx_t codec{};
};

void LibvpxDecoder::ContextDeleter::operator()(Context* context) const {
  vpx_codec_destroy(&context->codec);
  delete context;
}

LibvpxDecoder::LibvpxDecoder() {
  auto made = std::make_unique<Context>();
  vpx_codec_dec_cfg_t config{};
  config.threads = 1;
  if (vpx_codec_dec_init(&made->codec, vpx_codec_vp8_dx(), &config, 0) != VPX_CODEC_OK)
    throw std::runtime_error("libvpx's VP8 decoder does not start");
  context_.reset(made.release());
}

LibvpxDecoder::Verdict LibvpxDecoder::decode(Bytes frame) {
  Verdict verdict;
  // A copy on the heap of exactly this size, so that a sanitizer sees any read past its end.
  const ByteVector copy(frame.begin(), frame.end());
  verdict.accepted = vpx_codec_decode(&context_->codec, copy.data(), static_cast<unsigned>(copy.size()),
                                      nullptr, 0) == VPX_CODEC_OK &&
                     !copy.empty();
  if (!verdict.accepted) return verdict;
  if (const Dimensions stated = stated_dimensions(frame); stated.width > 0) dimensions_ = stated;
  int corrupted = 0;
  if (vpx_codec_control(&context_->codec, VP8D_GET_FRAME_CORRUPTED, &corrupted) == VPX_CODEC_OK)
    verdict.corrupted = corrupted != 0;
  vpx_codec_iter_t iterator = nullptr;
  if (const vpx_image_t* image = vpx_codec_get_frame(&context_->codec, &iterator))
    verdict.shown = from_image(*image);
  return verdict;
}

LibvpxDecoder::References LibvpxDecoder::references() {
  const Dimensions aligned{dimensions_.aligned_width(), dimensions_.aligned_height()};
  SKIRRET_CHECK(aligned.width > 0);
  const auto copy = [&](vpx_ref_frame_type_t which) {
    MutablePicture made(aligned);
    vpx_ref_frame_t reference{};
    reference.frame_type = which;
    // Filled in by hand: the control takes the border to be (stride - width) / 2, which must be 0 here.
    reference.img.fmt = VPX_IMG_FMT_I420;
    reference.img.d_w = static_cast<unsigned>(aligned.width);
    reference.img.d_h = static_cast<unsigned>(aligned.height);
    for (std::size_t p = 0; p < 3; ++p) {
      const auto plane = made.plane(kPlanes[p]);
      reference.img.planes[kVpxPlanes[p]] = plane.data;
      reference.img.stride[kVpxPlanes[p]] = static_cast<int>(plane.stride);
    }
    if (vpx_codec_control(&context_->codec, VP8_COPY_REFERENCE, &reference) != VPX_CODEC_OK)
      throw std::runtime_error("libvpx does not hand out its reference picture");
    return Picture(std::move(made));
  };
  return {copy(VP8_LAST_FRAME), copy(VP8_GOLD_FRAME), copy(VP8_ALTR_FRAME)};
}

codec::Dimensions stated_dimensions(Bytes frame) {
  if (frame.size() < 10 || (frame[0] & 1) != 0) return {};
  return {(frame[6] | frame[7] << 8) & 0x3fff, (frame[8] | frame[9] << 8) & 0x3fff};
}

std::string first_difference(const codec::Picture& a, const codec::Picture& b) {
  if (a.empty() || b.empty()) return a.empty() == b.empty() ? "" : "one picture is missing";
  if (a.dimensions() != b.dimensions()) return "sizes differ";
  static constexpr const char* kNames[] = {"Y", "U", "V"};
  for (std::size_t p = 0; p < 3; ++p) {
    const auto left = a.display_plane(kPlanes[p]);
    const auto right = b.display_plane(kPlanes[p]);
    for (int y = 0; y < left.height; ++y)
      for (int x = 0; x < left.width; ++x)
        if (*left.at(x, y) != *right.at(x, y))
          return std::string(kNames[p]) + " (" + std::to_string(x) + ", " + std::to_string(y) +
                 "): " + std::to_string(*left.at(x, y)) + " != " + std::to_string(*right.at(x, y));
  }
  return "";
}

}  // namespace skirret::test
