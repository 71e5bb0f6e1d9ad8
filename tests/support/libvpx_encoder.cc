#include "tests/support/libvpx_encoder.hh"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/media/vpx_image.hh"

namespace skirret::test {
namespace {

using codec::Dimensions;
using codec::Picture;
using codec::PlaneName;

void set_temporal_layers(vpx_codec_enc_cfg_t& config, int layers, int kbps) {
  config.ts_number_layers = static_cast<unsigned>(layers);
  if (layers < 2) return;
  config.ts_periodicity = layers == 2 ? 2 : 4;
  constexpr std::array<unsigned, 4> kTwo = {0, 1, 0, 1};
  constexpr std::array<unsigned, 4> kThree = {0, 2, 1, 2};
  for (unsigned i = 0; i < config.ts_periodicity; ++i)
    config.ts_layer_id[i] = layers == 2 ? kTwo[i] : kThree[i];
  for (int i = 0; i < layers; ++i) {
    config.ts_rate_decimator[i] = 1u << (layers - 1 - i);
    config.ts_target_bitrate[i] = static_cast<unsigned>(kbps * (i + 1) / layers);
  }
  config.ts_target_bitrate[layers - 1] = static_cast<unsigned>(kbps);
}

vpx_codec_enc_cfg_t make_config(const LibvpxSettings& s) {
  vpx_codec_enc_cfg_t config{};
  if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK)
    throw std::runtime_error("libvpx has no VP8 encoder");
  config.g_w = static_cast<unsigned>(s.dimensions.width);
  config.g_h = static_cast<unsigned>(s.dimensions.height);
  config.g_profile = static_cast<unsigned>(s.profile);
  config.g_threads = 1;
  config.g_timebase = {1, 30};
  config.rc_target_bitrate = static_cast<unsigned>(s.kbps);
  config.rc_min_quantizer = static_cast<unsigned>(s.min_quantizer);
  config.rc_max_quantizer = static_cast<unsigned>(s.max_quantizer);
  config.rc_end_usage = static_cast<vpx_rc_mode>(s.end_usage);
  config.rc_dropframe_thresh = static_cast<unsigned>(s.drop_frame_threshold);
  config.rc_resize_allowed = s.resize_allowed ? 1 : 0;
  config.g_error_resilient = (s.error_resilient ? VPX_ERROR_RESILIENT_DEFAULT : 0u) |
                             (s.resilient_partitions ? VPX_ERROR_RESILIENT_PARTITIONS : 0u);
  config.g_lag_in_frames = static_cast<unsigned>(s.lag);
  config.kf_max_dist = static_cast<unsigned>(s.key_frame_interval);
  set_temporal_layers(config, s.temporal_layers, s.kbps);
  return config;
}

class Session {
 public:
  Session(const LibvpxSettings& settings, vpx_enc_pass pass, const ByteVector& stats)
      : settings_(settings), random_(settings.seed), config_(make_config(settings)), pass_(pass) {
    config_.g_pass = pass;
    stats_ = stats;
    config_.rc_twopass_stats_in = {stats_.data(), stats_.size()};
    check(vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config_, 0), "start");
    const auto set = [&](auto control, int value) {
      check(vpx_codec_control_(&codec_, control, value), "control");
    };
    set(VP8E_SET_CPUUSED, settings.cpu_used);
    set(VP8E_SET_ENABLEAUTOALTREF, settings.auto_altref ? 1 : 0);
    set(VP8E_SET_NOISE_SENSITIVITY, settings.noise_sensitivity);
    set(VP8E_SET_SHARPNESS, settings.sharpness);
    set(VP8E_SET_STATIC_THRESHOLD, settings.static_threshold);
    set(VP8E_SET_TOKEN_PARTITIONS, settings.log2_partitions);
    set(VP8E_SET_ARNR_MAXFRAMES, settings.arnr_frames);
    set(VP8E_SET_ARNR_STRENGTH, settings.arnr_strength);
    set(VP8E_SET_ARNR_TYPE, settings.arnr_type);
    set(VP8E_SET_TUNING, settings.tune_ssim ? 1 : 0);
    set(VP8E_SET_CQ_LEVEL, settings.cq_level);
    set(VP8E_SET_SCREEN_CONTENT_MODE, settings.screen_content);
    if (settings.roi_map) set_roi();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { vpx_codec_destroy(&codec_); }

  void encode(const Picture& picture, int index, int count) {
    if (pass_ != VPX_RC_FIRST_PASS) prepare_frame(index, count);
    vpx_image_t image =
        codec::vpx_image_of(picture, {static_cast<int>(config_.g_w), static_cast<int>(config_.g_h)});
    vpx_enc_frame_flags_t flags = frame_flags(index);
    if (settings_.temporal_layers > 1) {
      const auto slot = static_cast<unsigned>(index) % config_.ts_periodicity;
      check(vpx_codec_control_(&codec_, VP8E_SET_TEMPORAL_LAYER_ID,
                               static_cast<int>(config_.ts_layer_id[slot])),
            "layer");
    }
    check(vpx_codec_encode(&codec_, &image, index, 1, flags, deadline()), "encode");
    collect();
  }

  void flush() {
    std::size_t before = 0;
    do {
      before = frames.size() + collected_stats.size();
      check(vpx_codec_encode(&codec_, nullptr, -1, 1, 0, deadline()), "flush");
      collect();
    } while (frames.size() + collected_stats.size() > before && pass_ != VPX_RC_FIRST_PASS);
  }

  std::vector<ByteVector> frames;
  ByteVector collected_stats;

 private:
  void check(vpx_codec_err_t result, const char* what) {
    if (result == VPX_CODEC_OK) return;
    const char* detail = vpx_codec_error_detail(&codec_);
    throw std::runtime_error(std::string("libvpx, ") + what + ": " + vpx_codec_err_to_string(result) + " (" +
                             (detail != nullptr ? detail : "") + ") with " + settings_.describe());
  }

  unsigned long deadline() const {
    return settings_.realtime ? VPX_DL_REALTIME
                              : (settings_.best ? VPX_DL_BEST_QUALITY : VPX_DL_GOOD_QUALITY);
  }

  void set_roi() {
    const Dimensions size{static_cast<int>(config_.g_w), static_cast<int>(config_.g_h)};
    std::vector<unsigned char> map(static_cast<std::size_t>(size.mb_count()));
    for (auto& segment : map) segment = static_cast<unsigned char>(random_.below(4));
    vpx_roi_map_t roi{};
    roi.roi_map = map.data();
    roi.rows = static_cast<unsigned>(size.mb_rows());
    roi.cols = static_cast<unsigned>(size.mb_cols());
    for (int i = 0; i < 4; ++i) {
      roi.delta_q[i] = random_.between(-63, 63);
      roi.delta_lf[i] = random_.between(-63, 63);
      roi.static_threshold[i] = static_cast<unsigned>(random_.between(0, 300));
    }
    check(vpx_codec_control_(&codec_, VP8E_SET_ROI_MAP, &roi), "region map");
  }

  // Changes that a stream may see in its middle: a smaller picture, a scaled one, another region map.
  void prepare_frame(int index, int count) {
    if (settings_.change_size && index == count / 2) {
      config_.g_w =
          static_cast<unsigned>(std::max(16, settings_.dimensions.width * random_.between(4, 9) / 10));
      config_.g_h =
          static_cast<unsigned>(std::max(16, settings_.dimensions.height * random_.between(4, 9) / 10));
      check(vpx_codec_enc_config_set(&codec_, &config_), "smaller size");
    }
    if (settings_.scale_mode && index == count / 3) {
      vpx_scaling_mode_t mode{};
      mode.h_scaling_mode = static_cast<VPX_SCALING_MODE>(random_.between(0, 3));
      mode.v_scaling_mode = static_cast<VPX_SCALING_MODE>(random_.between(0, 3));
      check(vpx_codec_control_(&codec_, VP8E_SET_SCALEMODE, &mode), "scaling");
    }
    if (settings_.roi_map && !settings_.change_size && !settings_.scale_mode && random_.chance(1, 4))
      set_roi();
  }

  vpx_enc_frame_flags_t frame_flags(int index) {
    if (pass_ != VPX_RC_ONE_PASS) return 0;
    vpx_enc_frame_flags_t flags = 0;
    if (index > 0 && random_.chance(settings_.forced_key_percent, 100)) flags |= VPX_EFLAG_FORCE_KF;
    if (settings_.temporal_layers > 1) {
      const auto layer = config_.ts_layer_id[static_cast<unsigned>(index) % config_.ts_periodicity];
      if (layer > 0) flags |= VP8_EFLAG_NO_UPD_LAST;
      if (layer > 1) flags |= VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ENTROPY;
      flags |= VP8_EFLAG_NO_UPD_ARF;
    }
    if (!settings_.random_flags || index == 0) return flags;
    for (const vpx_enc_frame_flags_t flag :
         {VP8_EFLAG_NO_UPD_LAST, VP8_EFLAG_NO_UPD_GF, VP8_EFLAG_NO_UPD_ARF, VP8_EFLAG_NO_UPD_ENTROPY,
          VP8_EFLAG_NO_REF_GF, VP8_EFLAG_NO_REF_ARF})
      if (random_.chance(1, 4)) flags |= flag;
    if (random_.chance(1, 6)) flags |= VP8_EFLAG_NO_REF_LAST;
    if (random_.chance(1, 5) && (flags & VP8_EFLAG_NO_UPD_GF) == 0) flags |= VP8_EFLAG_FORCE_GF;
    if (random_.chance(1, 5) && (flags & VP8_EFLAG_NO_UPD_ARF) == 0) flags |= VP8_EFLAG_FORCE_ARF;
    return flags;
  }

  void collect() {
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind == VPX_CODEC_CX_FRAME_PKT) {
        const auto* start = static_cast<const std::uint8_t*>(packet->data.frame.buf);
        frames.emplace_back(start, start + packet->data.frame.sz);
      } else if (packet->kind == VPX_CODEC_STATS_PKT) {
        const auto* start = static_cast<const std::uint8_t*>(packet->data.twopass_stats.buf);
        collected_stats.insert(collected_stats.end(), start, start + packet->data.twopass_stats.sz);
      }
    }
  }

  const LibvpxSettings& settings_;
  Random random_;
  vpx_codec_enc_cfg_t config_;
  vpx_enc_pass pass_;
  ByteVector stats_;
  vpx_codec_ctx_t codec_{};
};

ByteVector run(const LibvpxSettings& settings, const std::vector<Picture>& source, vpx_enc_pass pass,
               const ByteVector& stats, std::vector<ByteVector>& frames) {
  Session session(settings, pass, stats);
  const int count = static_cast<int>(source.size());
  for (int i = 0; i < count; ++i) session.encode(source[static_cast<std::size_t>(i)], i, count);
  session.flush();
  frames = std::move(session.frames);
  return std::move(session.collected_stats);
}

}  // namespace

std::vector<ByteVector> encode_with_libvpx(const LibvpxSettings& settings,
                                           const std::vector<Picture>& source) {
  std::vector<ByteVector> frames;
  if (!settings.two_pass) {
    run(settings, source, VPX_RC_ONE_PASS, {}, frames);
    return frames;
  }
  const ByteVector stats = run(settings, source, VPX_RC_FIRST_PASS, {}, frames);
  run(settings, source, VPX_RC_LAST_PASS, stats, frames);
  return frames;
}

LibvpxSettings random_settings(Random& random, Dimensions dimensions) {
  LibvpxSettings s;
  s.dimensions = dimensions;
  s.profile = random.between(0, 3);
  s.kbps = random.between(1, 10) * random.between(1, 10) * random.between(1, 10);
  s.min_quantizer = random.between(0, 40);
  s.max_quantizer = random.between(s.min_quantizer, 63);
  s.end_usage = random.between(0, 3);
  s.cq_level = random.between(s.min_quantizer, s.max_quantizer);
  s.realtime = random.chance(1, 2);
  s.best = random.chance(1, 4);
  s.error_resilient = random.chance(1, 4);
  s.resilient_partitions = random.chance(1, 5);
  s.log2_partitions = random.between(0, 3);
  s.noise_sensitivity = random.chance(1, 3) ? random.between(0, 6) : 0;
  s.sharpness = random.chance(1, 2) ? random.between(0, 7) : 0;
  s.static_threshold = random.chance(1, 3) ? random.between(0, 2000) : 0;
  s.cpu_used = random.between(-16, 16);
  s.screen_content = random.chance(1, 4) ? random.between(1, 2) : 0;
  s.tune_ssim = random.chance(1, 5);
  s.key_frame_interval = random.chance(1, 4) ? random.between(2, 6) : 128;
  s.drop_frame_threshold = random.chance(1, 6) ? random.between(0, 60) : 0;
  s.seed = random.next();
  switch (random.below(5)) {
    case 0:  // two passes with an invisible altref picture
      s.two_pass = true;
      s.realtime = false;
      s.lag = random.between(8, 20);
      s.error_resilient = s.resilient_partitions = false;
      s.key_frame_interval = 128;
      s.auto_altref = random.chance(4, 5);
      s.arnr_frames = random.between(0, 15);
      s.arnr_strength = random.between(0, 6);
      s.arnr_type = random.between(1, 3);
      break;
    case 1:  // temporal layers
      s.temporal_layers = random.between(2, 3);
      s.error_resilient = true;
      s.kbps = std::max(s.kbps, 20);
      break;
    case 2:  // other sizes
      s.change_size = random.chance(1, 2);
      s.scale_mode = !s.change_size;
      s.resize_allowed = random.chance(1, 2);
      break;
    default:
      s.random_flags = random.chance(1, 2);
      s.roi_map = random.chance(1, 3);
      s.forced_key_percent = random.chance(1, 3) ? 20 : 0;
      break;
  }
  return s;
}

std::string LibvpxSettings::describe() const {
  std::ostringstream out;
  out << dimensions.width << 'x' << dimensions.height << " profile " << profile << " kbps " << kbps
      << " quantizers " << min_quantizer << ".." << max_quantizer << " usage " << end_usage << " cq "
      << cq_level << " realtime " << realtime << " best " << best << " resilient " << error_resilient << '/'
      << resilient_partitions << " partitions 2^" << log2_partitions << " passes " << (two_pass ? 2 : 1)
      << " lag " << lag << " altref " << auto_altref << " arnr " << arnr_frames << '/' << arnr_strength << '/'
      << arnr_type << " noise " << noise_sensitivity << " sharpness " << sharpness << " static "
      << static_threshold << " cpu " << cpu_used << " screen " << screen_content << " layers "
      << temporal_layers << " roi " << roi_map << " flags " << random_flags << " change size " << change_size
      << " scale " << scale_mode << " resize " << resize_allowed << " seed " << seed;
  return out.str();
}

}  // namespace skirret::test
