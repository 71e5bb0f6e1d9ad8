#include "tools/bench/cloud/two_pass_vpx.hh"

#include <array>
#include <string>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/media/vpx_image.hh"

namespace skirret::bench {
namespace {

using codec::Picture;
using codec::PlaneName;

class Pass {
 public:
  Pass(const TwoPassSettings& settings, codec::Dimensions size, codec::FrameRate rate, vpx_enc_pass pass,
       ByteVector stats)
      : stats_(std::move(stats)) {
    vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config_, 0);
    config_.g_w = static_cast<unsigned>(size.width);
    config_.g_h = static_cast<unsigned>(size.height);
    config_.g_threads = static_cast<unsigned>(settings.threads);
    config_.g_timebase = {static_cast<int>(rate.denominator), static_cast<int>(rate.numerator)};
    config_.g_pass = pass;
    config_.g_lag_in_frames = static_cast<unsigned>(settings.lag);
    config_.rc_end_usage = VPX_CQ;
    config_.rc_target_bitrate = 200'000;  // the level decides alone
    config_.rc_min_quantizer = 0;
    config_.rc_max_quantizer = 63;
    config_.kf_min_dist = config_.kf_max_dist = static_cast<unsigned>(settings.key_frame_interval);
    config_.rc_twopass_stats_in = {stats_.data(), stats_.size()};
    started_ = vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config_, 0) == VPX_CODEC_OK;
    if (!started_) return;
    vpx_codec_control(&codec_, VP8E_SET_CPUUSED, 0);
    vpx_codec_control(&codec_, VP8E_SET_TOKEN_PARTITIONS, 0);
    vpx_codec_control(&codec_, VP8E_SET_TUNING, VP8_TUNE_SSIM);
    vpx_codec_control(&codec_, VP8E_SET_ENABLEAUTOALTREF, 0u);
    vpx_codec_control(&codec_, VP8E_SET_CQ_LEVEL, static_cast<unsigned>(settings.cq_level));
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;
  ~Pass() {
    if (started_) vpx_codec_destroy(&codec_);
  }

  Result<void> run(std::span<const Picture> pictures) {
    if (!started_) return failed();
    vpx_codec_pts_t time = 0;
    for (const Picture& picture : pictures) {
      const vpx_image_t image = codec::vpx_image_of(picture);
      if (vpx_codec_encode(&codec_, &image, time++, 1, 0, VPX_DL_GOOD_QUALITY) != VPX_CODEC_OK)
        return failed();
      collect();
    }
    do {  // what it held back
      if (vpx_codec_encode(&codec_, nullptr, time, 1, 0, VPX_DL_GOOD_QUALITY) != VPX_CODEC_OK)
        return failed();
    } while (collect() && config_.g_pass == VPX_RC_LAST_PASS);
    return {};
  }

  std::vector<ByteVector> frames;
  ByteVector collected_stats;

 private:
  bool collect() {
    bool any = false;
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind == VPX_CODEC_CX_FRAME_PKT) {
        const auto* start = static_cast<const std::uint8_t*>(packet->data.frame.buf);
        frames.emplace_back(start, start + packet->data.frame.sz);
        any = true;
      } else if (packet->kind == VPX_CODEC_STATS_PKT) {
        const auto* start = static_cast<const std::uint8_t*>(packet->data.twopass_stats.buf);
        collected_stats.insert(collected_stats.end(), start, start + packet->data.twopass_stats.sz);
      }
    }
    return any;
  }

  tl::unexpected<Error> failed() {
    return fail(ErrorCode::kIo, std::string("libvpx, two passes: ") + vpx_codec_error(&codec_));
  }

  vpx_codec_enc_cfg_t config_{};
  vpx_codec_ctx_t codec_{};
  ByteVector stats_;
  bool started_ = false;
};

}  // namespace

Result<std::vector<ByteVector>> encode_two_pass(std::span<const Picture> pictures, codec::FrameRate rate,
                                                const TwoPassSettings& settings) {
  Pass first(settings, pictures.front().dimensions(), rate, VPX_RC_FIRST_PASS, {});
  if (auto done = first.run(pictures); !done) return tl::unexpected(done.error());
  Pass second(settings, pictures.front().dimensions(), rate, VPX_RC_LAST_PASS,
              std::move(first.collected_stats));
  if (auto done = second.run(pictures); !done) return tl::unexpected(done.error());
  return std::move(second.frames);
}

}  // namespace skirret::bench
