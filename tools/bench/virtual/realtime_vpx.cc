#include "tools/bench/virtual/realtime_vpx.hh"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/media/vpx_image.hh"

namespace skirret::bench {

struct RealtimeVpx::Codec {
  vpx_codec_ctx_t context{};
  vpx_codec_enc_cfg_t config{};
  bool open = false;

  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  ~Codec() {
    if (open) vpx_codec_destroy(&context);
  }
  Result<void> check(vpx_codec_err_t result, const char* what) {
    if (result == VPX_CODEC_OK) return {};
    const char* detail = vpx_codec_error_detail(&context);
    return fail(ErrorCode::kUnsupported, std::string("libvpx, ") + what + ": " +
                                             vpx_codec_err_to_string(result) + " " +
                                             (detail != nullptr ? detail : ""));
  }
};

namespace {

void set_rate_control(vpx_codec_enc_cfg_t& config, const RealtimeVpxSettings& settings) {
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = static_cast<unsigned>(std::max(1, settings.kbps));
  config.rc_min_quantizer = static_cast<unsigned>(settings.min_quantizer);
  config.rc_max_quantizer = static_cast<unsigned>(settings.max_quantizer);
  config.rc_dropframe_thresh = static_cast<unsigned>(settings.drop_threshold);
  config.rc_undershoot_pct = 100;
  config.rc_overshoot_pct = 15;
  config.rc_buf_initial_sz = 500;
  config.rc_buf_optimal_sz = 600;
  config.rc_buf_sz = 1000;
  config.rc_resize_allowed = 0;
}

}  // namespace

RealtimeVpx::RealtimeVpx(std::unique_ptr<Codec> codec) : codec_(std::move(codec)) {}
RealtimeVpx::RealtimeVpx(RealtimeVpx&&) noexcept = default;
RealtimeVpx& RealtimeVpx::operator=(RealtimeVpx&&) noexcept = default;
RealtimeVpx::~RealtimeVpx() = default;

Result<RealtimeVpx> RealtimeVpx::open(const RealtimeVpxSettings& settings) {
  auto codec = std::make_unique<Codec>();
  vpx_codec_enc_cfg_t& config = codec->config;
  if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK)
    return fail(ErrorCode::kUnsupported, "this libvpx has no VP8 encoder");
  config.g_w = static_cast<unsigned>(settings.size.width);
  config.g_h = static_cast<unsigned>(settings.size.height);
  config.g_threads = 1;
  config.g_pass = VPX_RC_ONE_PASS;
  config.g_lag_in_frames = 0;
  config.g_error_resilient = 0;
  config.g_timebase = {1000, static_cast<int>(std::lround(settings.frames_per_second * 1000))};
  config.kf_mode = VPX_KF_DISABLED;
  set_rate_control(config, settings);
  auto opened = codec->check(vpx_codec_enc_init(&codec->context, vpx_codec_vp8_cx(), &config, 0), "start");
  if (!opened) return tl::unexpected(opened.error());
  codec->open = true;
  vpx_codec_control(&codec->context, VP8E_SET_CPUUSED, settings.speed);
  vpx_codec_control(&codec->context, VP8E_SET_STATIC_THRESHOLD, 1u);
  vpx_codec_control(&codec->context, VP8E_SET_NOISE_SENSITIVITY, 0u);
  // A key frame may be as large as half the buffer lets it, in percent of a frame's share.
  const auto most_key = static_cast<unsigned>(600 * 0.5 * settings.frames_per_second / 10);
  vpx_codec_control(&codec->context, VP8E_SET_MAX_INTRA_BITRATE_PCT, std::max(300u, most_key));
  return RealtimeVpx(std::move(codec));
}

Result<void> RealtimeVpx::set_rate(int kbps) {
  const auto wanted = static_cast<unsigned>(std::max(1, kbps));
  if (codec_->config.rc_target_bitrate == wanted) return {};
  codec_->config.rc_target_bitrate = wanted;
  return codec_->check(vpx_codec_enc_config_set(&codec_->context, &codec_->config), "rate");
}

Result<RealtimeVpx::Frame> RealtimeVpx::encode(const codec::Picture& picture, std::int64_t at,
                                               bool key_frame) {
  const vpx_image_t image = codec::vpx_image_of(picture);
  const vpx_enc_frame_flags_t flags = key_frame ? VPX_EFLAG_FORCE_KF : 0;
  auto encoded =
      codec_->check(vpx_codec_encode(&codec_->context, &image, at, 1, flags, VPX_DL_REALTIME), "encode");
  if (!encoded) return tl::unexpected(encoded.error());
  Frame frame;
  vpx_codec_iter_t more = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_->context, &more)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    const auto* bytes = static_cast<const std::uint8_t*>(packet->data.frame.buf);
    frame.bytes.insert(frame.bytes.end(), bytes, bytes + packet->data.frame.sz);
    frame.key = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
  }
  vpx_codec_control(&codec_->context, VP8E_GET_LAST_QUANTIZER, &frame.quantizer);
  return frame;
}

}  // namespace skirret::bench
