#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/media/vpx_image.hh"
#include "tools/bench/codec/picture_encoder.hh"

namespace skirret::bench {
namespace {

using codec::PlaneName;

// What each of libvpx's quantizers stands for (its documented mapping onto the format's 128).
constexpr std::array<int, 64> kIndices = {
    0,  1,  2,  3,  4,  5,  7,  8,  9,  10, 12,  13,  15,  17,  18,  19,  20,  21,  23,  24, 25, 26,
    27, 28, 29, 30, 31, 33, 35, 37, 39, 41, 43,  45,  47,  49,  51,  53,  55,  57,  59,  61, 64, 67,
    70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100, 103, 106, 109, 112, 115, 118, 121, 124, 127};

constexpr int kNeverAgain = 1 << 20;     // frames between forced key frames
constexpr int kUnlimitedKbps = 200'000;  // where the quantizer is fixed

struct VpxOptions {
  VpxDeadline deadline;
  int cpu_used;
  bool screen_content;
};

vpx_codec_enc_cfg_t config_of(const codec::SourceInfo& info, const EncodeTarget& target) {
  vpx_codec_enc_cfg_t config{};
  vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0);
  config.g_w = static_cast<unsigned>(info.dimensions.width);
  config.g_h = static_cast<unsigned>(info.dimensions.height);
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.g_timebase = {static_cast<int>(info.rate.denominator), static_cast<int>(info.rate.numerator)};
  config.kf_max_dist = kNeverAgain;
  config.rc_dropframe_thresh = 0;
  config.rc_resize_allowed = 0;
  if (const auto* rate = std::get_if<AtRate>(&target)) {
    config.rc_end_usage = VPX_CBR;
    config.rc_target_bitrate = static_cast<unsigned>(rate->kbps);
    config.rc_min_quantizer = 2;
    config.rc_max_quantizer = 63;
    config.rc_undershoot_pct = 100;
    config.rc_overshoot_pct = 15;
    config.rc_buf_sz = 1000;
    config.rc_buf_initial_sz = 500;
    config.rc_buf_optimal_sz = 600;
  } else {
    const int quantizer = vpx_quantizer(std::get<AtQuantizer>(target).index);
    config.rc_end_usage = VPX_VBR;
    config.rc_target_bitrate = kUnlimitedKbps;
    config.rc_min_quantizer = config.rc_max_quantizer = static_cast<unsigned>(quantizer);
  }
  return config;
}

class VpxEncoder final : public PictureEncoder {
 public:
  static Result<std::unique_ptr<PictureEncoder>> start(const VpxOptions& options,
                                                       const codec::SourceInfo& info,
                                                       const EncodeTarget& target) {
    std::unique_ptr<VpxEncoder> made(new VpxEncoder(options));
    const vpx_codec_enc_cfg_t config = config_of(info, target);
    if (vpx_codec_enc_init(&made->codec_, vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK)
      return fail(ErrorCode::kUnsupported, made->complaint("does not start"));
    made->started_ = true;
    vpx_codec_control(&made->codec_, VP8E_SET_CPUUSED, options.cpu_used);
    vpx_codec_control(&made->codec_, VP8E_SET_TOKEN_PARTITIONS, 0);
    vpx_codec_control(&made->codec_, VP8E_SET_SCREEN_CONTENT_MODE, options.screen_content ? 1u : 0u);
    return made;
  }
  VpxEncoder(const VpxEncoder&) = delete;
  VpxEncoder& operator=(const VpxEncoder&) = delete;
  ~VpxEncoder() override {
    if (started_) vpx_codec_destroy(&codec_);
  }

  Result<ByteVector> encode(const codec::Picture& picture) override {
    const vpx_image_t image = codec::vpx_image_of(picture);
    if (vpx_codec_encode(&codec_, &image, frame_++, 1, 0, deadline()) != VPX_CODEC_OK)
      return fail(ErrorCode::kIo, complaint("does not encode"));
    ByteVector bytes;
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      const auto* begin = static_cast<const std::uint8_t*>(packet->data.frame.buf);
      bytes.insert(bytes.end(), begin, begin + packet->data.frame.sz);
    }
    return bytes;
  }

 private:
  explicit VpxEncoder(const VpxOptions& options) : options_(options) {}

  std::string complaint(const char* what) {
    return std::string("libvpx's encoder ") + what + ": " + vpx_codec_error(&codec_);
  }
  unsigned long deadline() const {
    return options_.deadline == VpxDeadline::kRealtime ? VPX_DL_REALTIME
           : options_.deadline == VpxDeadline::kGood   ? VPX_DL_GOOD_QUALITY
                                                       : VPX_DL_BEST_QUALITY;
  }
  VpxOptions options_;
  vpx_codec_ctx_t codec_{};
  bool started_ = false;
  vpx_codec_pts_t frame_ = 0;
};

}  // namespace

int vpx_quantizer(int index) {
  const auto nearer = [index](int a, int b) { return std::abs(a - index) < std::abs(b - index); };
  return static_cast<int>(std::ranges::min_element(kIndices, nearer) - kIndices.begin());
}

int index_of_vpx_quantizer(int quantizer) {
  return kIndices[static_cast<std::size_t>(std::clamp(quantizer, 0, 63))];
}

EncoderSetting vpx_setting(VpxDeadline deadline, int cpu_used, bool screen_content) {
  const char* mode = deadline == VpxDeadline::kRealtime ? "--rt"
                     : deadline == VpxDeadline::kGood   ? "--good"
                                                        : "--best";
  std::string name = std::string("libvpx ") + mode;
  if (deadline != VpxDeadline::kBest) name += " " + std::to_string(cpu_used);
  if (screen_content) name += " screen";
  const VpxOptions options = {deadline, cpu_used, screen_content};
  return {name, false, -1, [options](const codec::SourceInfo& info, const EncodeTarget& target) {
            return VpxEncoder::start(options, info, target);
          }};
}

std::vector<EncoderSetting> vpx_frontier() {
  return {vpx_setting(VpxDeadline::kRealtime, -8, false), vpx_setting(VpxDeadline::kRealtime, -4, false),
          vpx_setting(VpxDeadline::kGood, 0, false), vpx_setting(VpxDeadline::kRealtime, -1, false)};
}

}  // namespace skirret::bench
