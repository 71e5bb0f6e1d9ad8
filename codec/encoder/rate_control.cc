#include "codec/encoder/rate_control.hh"

#include <algorithm>

namespace skirret::codec {
namespace {

constexpr std::int64_t kKeyShare = 8;  // a key frame may take this many frames' bytes

// Bytes of a middling interframe at quantizer 40: a fifteenth of a bit for each sample.
std::size_t usual_inter_bytes(Dimensions d) {
  return static_cast<std::size_t>(d.mb_count()) * 256 / 15 / 8 + 64;
}

}  // namespace

RateControl::RateControl(int kbps, std::int64_t fps_numerator, std::int64_t fps_denominator,
                         Dimensions dimensions)
    : frame_bytes_(std::max<std::int64_t>(1, std::int64_t{kbps} * 125 * fps_denominator / fps_numerator)),
      window_(std::max<std::int64_t>(1, fps_numerator / fps_denominator)),
      key_model_(40, usual_inter_bytes(dimensions) * 6),
      inter_model_(40, usual_inter_bytes(dimensions)) {}

std::size_t RateControl::target_bytes(bool key_frame) const {
  const std::int64_t share = frame_bytes_ * (key_frame ? kKeyShare : 1) - debt_ / window_;
  return static_cast<std::size_t>(
      std::clamp(share, frame_bytes_ / 4 + 1, frame_bytes_ * (key_frame ? kKeyShare : 3)));
}

Quantizer RateControl::quantizer(bool key_frame) const {
  const Quantizer wanted = (key_frame ? key_model_ : inter_model_).quantizer_for(target_bytes(key_frame));
  if (key_frame || last_inter_ < 0) return std::clamp(wanted, 4, 127);
  return std::clamp(wanted, std::max(4, last_inter_ - 8), std::min(127, last_inter_ + 16));
}

void RateControl::coded(Quantizer quantizer, std::size_t bytes, bool key_frame) {
  debt_ += static_cast<std::int64_t>(bytes) - frame_bytes_;
  // Unspent bytes are no licence for a burst later.
  debt_ = std::max(debt_, -window_ * frame_bytes_);
  (key_frame ? key_model_ : inter_model_) = SizeModel(quantizer, bytes);
  if (!key_frame) last_inter_ = quantizer;
}

}  // namespace skirret::codec
