#include "tools/bench/vpx/vpx_encoder.hh"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <string>
#include <utility>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/media/vpx_image.hh"

namespace skirret::bench {
namespace {

// What each of libvpx's quantizers stands for (its documented mapping onto the format's 128).
constexpr std::array<int, 64> kIndices = {
    0,  1,  2,  3,  4,  5,  7,  8,  9,  10, 12,  13,  15,  17,  18,  19,  20,  21,  23,  24, 25, 26,
    27, 28, 29, 30, 31, 33, 35, 37, 39, 41, 43,  45,  47,  49,  51,  53,  55,  57,  59,  61, 64, 67,
    70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100, 103, 106, 109, 112, 115, 118, 121, 124, 127};

constexpr unsigned kNeverAgain = 1 << 20;     // frames between forced key frames
constexpr unsigned kUnlimitedKbps = 200'000;  // where a quantizer or a quality decides alone

void aim(vpx_codec_enc_cfg_t& config, const VpxAtRate& rate) {
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = static_cast<unsigned>(std::max(1, rate.kbps));
  config.rc_min_quantizer = static_cast<unsigned>(rate.min_quantizer);
  config.rc_max_quantizer = static_cast<unsigned>(rate.max_quantizer);
  config.rc_dropframe_thresh = static_cast<unsigned>(rate.drop_threshold);
  config.rc_undershoot_pct = 100;
  config.rc_overshoot_pct = 15;
  config.rc_buf_initial_sz = 500;
  config.rc_buf_optimal_sz = 600;
  config.rc_buf_sz = 1000;
}

void aim(vpx_codec_enc_cfg_t& config, const VpxAtQuantizer& fixed) {
  config.rc_end_usage = VPX_VBR;
  config.rc_target_bitrate = kUnlimitedKbps;
  config.rc_min_quantizer = config.rc_max_quantizer = static_cast<unsigned>(fixed.quantizer);
}

void aim(vpx_codec_enc_cfg_t& config, const VpxAtQuality&) {
  config.rc_end_usage = VPX_CQ;
  config.rc_target_bitrate = kUnlimitedKbps;
  config.rc_min_quantizer = 0;
  config.rc_max_quantizer = 63;
}

vpx_codec_enc_cfg_t config_of(const VpxSettings& settings) {
  vpx_codec_enc_cfg_t config{};
  vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0);
  config.g_w = static_cast<unsigned>(settings.size.width);
  config.g_h = static_cast<unsigned>(settings.size.height);
  config.g_threads = static_cast<unsigned>(settings.threads);
  config.g_timebase = {static_cast<int>(settings.rate.denominator),
                       static_cast<int>(settings.rate.numerator)};
  config.g_pass = settings.pass == VpxSettings::Pass::kFirst    ? VPX_RC_FIRST_PASS
                  : settings.pass == VpxSettings::Pass::kSecond ? VPX_RC_LAST_PASS
                                                                : VPX_RC_ONE_PASS;
  config.g_lag_in_frames = static_cast<unsigned>(settings.lag);
  config.g_error_resilient = 0;
  config.rc_dropframe_thresh = 0;
  config.rc_resize_allowed = 0;
  config.kf_mode = settings.key_frames == VpxKeyFrames::kOnRequest ? VPX_KF_DISABLED : VPX_KF_AUTO;
  if (settings.key_frames == VpxKeyFrames::kAtCuts) config.kf_max_dist = kNeverAgain;
  if (settings.key_frames == VpxKeyFrames::kEach)
    config.kf_min_dist = config.kf_max_dist = static_cast<unsigned>(settings.key_frame_interval);
  std::visit([&](const auto& target) { aim(config, target); }, settings.target);
  return config;
}

unsigned long deadline_of(VpxDeadline deadline) {
  return deadline == VpxDeadline::kRealtime ? VPX_DL_REALTIME
         : deadline == VpxDeadline::kGood   ? VPX_DL_GOOD_QUALITY
                                            : VPX_DL_BEST_QUALITY;
}

}  // namespace

struct VpxEncoder::Codec {
  VpxSettings settings;
  vpx_codec_ctx_t context{};
  vpx_codec_enc_cfg_t config{};
  ByteVector stats;
  std::deque<Frame> ready;
  std::int64_t next = 0;
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

  Result<void> control() {
    const std::array<std::pair<int, int>, 8> controls = {
        {{VP8E_SET_CPUUSED, settings.cpu_used},
         {VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION},
         {VP8E_SET_STATIC_THRESHOLD, settings.static_threshold},
         {VP8E_SET_NOISE_SENSITIVITY, 0},
         {VP8E_SET_ENABLEAUTOALTREF, 0},
         {VP8E_SET_MAX_INTRA_BITRATE_PCT, settings.max_intra_percent},
         {VP8E_SET_SCREEN_CONTENT_MODE, settings.screen_content ? 1 : 0},
         {VP8E_SET_TUNING, settings.tune_ssim ? VP8_TUNE_SSIM : VP8_TUNE_PSNR}}};
    for (const auto& [id, value] : controls)
      if (auto set = check(vpx_codec_control_(&context, id, value), "setting"); !set) return set;
    if (const auto* quality = std::get_if<VpxAtQuality>(&settings.target))
      return check(vpx_codec_control_(&context, VP8E_SET_CQ_LEVEL, quality->cq_level), "quality");
    return {};
  }

  // Hands a picture in, or none at the end, and gives the oldest frame that is ready: after the end there may
  // be several at once.
  Result<Frame> encode(const vpx_image_t* image, std::int64_t at, vpx_enc_frame_flags_t flags) {
    auto encoded =
        check(vpx_codec_encode(&context, image, at, 1, flags, deadline_of(settings.deadline)), "encode");
    if (!encoded) return tl::unexpected(encoded.error());
    vpx_codec_iter_t more = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&context, &more)) {
      if (packet->kind == VPX_CODEC_CX_FRAME_PKT) {
        const auto* bytes = static_cast<const std::uint8_t*>(packet->data.frame.buf);
        ready.push_back(
            {{bytes, bytes + packet->data.frame.sz}, (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0, 0});
      } else if (packet->kind == VPX_CODEC_STATS_PKT) {
        const auto* bytes = static_cast<const std::uint8_t*>(packet->data.twopass_stats.buf);
        stats.insert(stats.end(), bytes, bytes + packet->data.twopass_stats.sz);
      }
    }
    return oldest();
  }

  Result<Frame> oldest() {
    Frame frame;
    if (!ready.empty()) {
      frame = std::move(ready.front());
      ready.pop_front();
    }
    vpx_codec_control(&context, VP8E_GET_LAST_QUANTIZER, &frame.quantizer);
    return frame;
  }
};

VpxSettings conferencing(codec::Dimensions size, codec::FrameRate rate, int kbps) {
  VpxSettings settings;
  settings.size = size;
  settings.rate = rate;
  settings.target = VpxAtRate{.kbps = kbps, .drop_threshold = 30};
  settings.static_threshold = 1;
  // A key frame may be as large as half the buffer's usual filling (600 ms), in percent of a frame's share.
  settings.max_intra_percent = std::max(300, static_cast<int>(600 * 0.5 * rate.value() / 10));
  return settings;
}

VpxEncoder::VpxEncoder(std::unique_ptr<Codec> codec) : codec_(std::move(codec)) {}
VpxEncoder::VpxEncoder(VpxEncoder&&) noexcept = default;
VpxEncoder& VpxEncoder::operator=(VpxEncoder&&) noexcept = default;
VpxEncoder::~VpxEncoder() = default;

Result<VpxEncoder> VpxEncoder::open(VpxSettings settings) {
  auto codec = std::make_unique<Codec>();
  codec->settings = std::move(settings);
  codec->config = config_of(codec->settings);
  ByteVector& stats = codec->settings.first_pass;
  if (codec->settings.pass == VpxSettings::Pass::kSecond)
    codec->config.rc_twopass_stats_in = {stats.data(), stats.size()};
  auto opened =
      codec->check(vpx_codec_enc_init(&codec->context, vpx_codec_vp8_cx(), &codec->config, 0), "start");
  if (!opened) return tl::unexpected(opened.error());
  codec->open = true;
  if (auto set = codec->control(); !set) return tl::unexpected(set.error());
  return VpxEncoder(std::move(codec));
}

Result<void> VpxEncoder::set_rate(int kbps) {
  const auto wanted = static_cast<unsigned>(std::max(1, kbps));
  if (codec_->config.rc_target_bitrate == wanted) return {};
  codec_->config.rc_target_bitrate = wanted;
  return codec_->check(vpx_codec_enc_config_set(&codec_->context, &codec_->config), "rate");
}

Result<VpxEncoder::Frame> VpxEncoder::encode(const codec::Picture& picture, std::int64_t at, bool key_frame) {
  const vpx_image_t image = codec::vpx_image_of(picture);
  codec_->next = at + 1;
  return codec_->encode(&image, at, key_frame ? VPX_EFLAG_FORCE_KF : 0);
}

Result<VpxEncoder::Frame> VpxEncoder::flush() {
  if (!codec_->ready.empty()) return codec_->oldest();
  return codec_->encode(nullptr, codec_->next, 0);
}

const ByteVector& VpxEncoder::first_pass() const {
  return codec_->stats;
}

int vpx_quantizer(int index) {
  const auto nearer = [index](int a, int b) { return std::abs(a - index) < std::abs(b - index); };
  return static_cast<int>(std::ranges::min_element(kIndices, nearer) - kIndices.begin());
}

int index_of_vpx_quantizer(int quantizer) {
  return kIndices[static_cast<std::size_t>(std::clamp(quantizer, 0, 63))];
}

}  // namespace skirret::bench
