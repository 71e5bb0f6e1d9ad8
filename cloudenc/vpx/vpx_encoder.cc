#include "cloudenc/vpx/vpx_encoder.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "codec/base/check.hh"
#include "codec/media/vpx_image.hh"

namespace skirret::cloudenc {
namespace {

using codec::Picture;
using codec::PlaneName;

vpx_codec_enc_cfg_t config_for(codec::Dimensions size, vpx_enc_pass pass) {
  vpx_codec_enc_cfg_t config{};
  SKIRRET_CHECK(vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) == VPX_CODEC_OK);
  config.g_w = static_cast<unsigned>(size.width);
  config.g_h = static_cast<unsigned>(size.height);
  config.g_threads = 1;
  config.g_timebase = {1, 30};  // no rate is controlled, so time means nothing
  config.g_pass = pass;
  config.g_lag_in_frames = 0;
  config.g_error_resilient = 0;
  config.kf_mode = VPX_KF_DISABLED;
  config.rc_end_usage = VPX_VBR;
  config.rc_target_bitrate = 1'000'000;
  config.rc_dropframe_thresh = 0;
  config.rc_resize_allowed = 0;
  return config;
}

int cpu_used(VpxEffort effort) {
  if (effort == VpxEffort::kRealtime) return -6;
  if (effort == VpxEffort::kVectors) return 4;
  return effort == VpxEffort::kQuick ? 2 : 0;
}

class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (open_) vpx_codec_destroy(&codec_);
  }

  Result<void> start(const vpx_codec_enc_cfg_t& config, VpxEffort effort) {
    config_ = config;
    deadline_ = effort == VpxEffort::kRealtime ? VPX_DL_REALTIME
                : effort == VpxEffort::kBest   ? VPX_DL_BEST_QUALITY
                                               : VPX_DL_GOOD_QUALITY;
    if (vpx_codec_enc_init(&codec_, vpx_codec_vp8_cx(), &config_, 0) != VPX_CODEC_OK) return failed("start");
    open_ = true;
    const std::array<std::pair<int, int>, 5> settings = {{{VP8E_SET_CPUUSED, cpu_used(effort)},
                                                          {VP8E_SET_ENABLEAUTOALTREF, 0},
                                                          {VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION},
                                                          {VP8E_SET_STATIC_THRESHOLD, 0},
                                                          {VP8E_SET_TUNING, VP8_TUNE_SSIM}}};
    for (const auto& [control, value] : settings)
      if (vpx_codec_control_(&codec_, control, value) != VPX_CODEC_OK) return failed("setting");
    return {};
  }

  Result<void> set_quantizer(int quantizer) {
    config_.rc_min_quantizer = config_.rc_max_quantizer = static_cast<unsigned>(quantizer);
    return vpx_codec_enc_config_set(&codec_, &config_) == VPX_CODEC_OK ? Result<void>() : failed("quantizer");
  }

  // One picture in, or none at the end; what came out is appended.
  Result<void> encode(const Picture* picture, vpx_codec_cx_pkt_kind kind, std::vector<ByteVector>& packets) {
    vpx_image_t image{};
    if (picture != nullptr) image = codec::vpx_image_of(*picture);
    if (vpx_codec_encode(&codec_, picture != nullptr ? &image : nullptr, count_++, 1, 0, deadline_) !=
        VPX_CODEC_OK)
      return failed("encode");
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec_, &iterator)) {
      if (packet->kind != kind) continue;
      const bool frame = kind == VPX_CODEC_CX_FRAME_PKT;
      const auto* start =
          static_cast<const std::uint8_t*>(frame ? packet->data.frame.buf : packet->data.twopass_stats.buf);
      packets.emplace_back(start, start + (frame ? packet->data.frame.sz : packet->data.twopass_stats.sz));
    }
    return {};
  }

 private:
  tl::unexpected<Error> failed(const char* doing) {
    const char* detail = vpx_codec_error_detail(&codec_);
    return fail(ErrorCode::kIo, std::string("libvpx, ") + doing + ": " + vpx_codec_error(&codec_) +
                                    (detail != nullptr ? std::string(" (") + detail + ")" : ""));
  }

  vpx_codec_enc_cfg_t config_{};
  vpx_codec_ctx_t codec_{};
  unsigned long deadline_ = VPX_DL_GOOD_QUALITY;
  vpx_codec_pts_t count_ = 0;
  bool open_ = false;
};

void check_sizes(std::span<const Picture> pictures) {
  SKIRRET_CHECK(!pictures.empty());
  for (const Picture& picture : pictures)
    SKIRRET_CHECK(picture.dimensions() == pictures.front().dimensions());
}

// What the first pass says of a picture it says of one of half the size, too, where that is not tiny.
constexpr int kLeastHalved = 64;

Picture halved(const Picture& picture) {
  const codec::Dimensions size = picture.dimensions();
  codec::MutablePicture half({size.width / 2, size.height / 2});
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const codec::PlaneView from = picture.plane(name);
    const codec::MutablePlaneView to = half.plane(name);
    // Of planes that end in the middle of a macroblock the last line may have none below it.
    for (int y = 0; y < to.height; ++y) {
      const std::uint8_t* const above = from.row(std::min(2 * y, from.height - 2));
      const std::uint8_t* const below = above + from.stride;
      for (int x = 0; x < to.width; ++x) {
        const int at = std::min(2 * x, from.width - 2);
        to.row(y)[x] =
            static_cast<std::uint8_t>((above[at] + above[at + 1] + below[at] + below[at + 1] + 2) >> 2);
      }
    }
  }
  return Picture(std::move(half));
}

// The start of libvpx's FIRSTPASS_STATS: doubles.
Result<FirstPassFrame> stats_of(const ByteVector& packet) {
  std::array<double, 8> fields{};
  if (packet.size() < sizeof fields)
    return fail(ErrorCode::kUnsupported, "libvpx's first pass gives another form than expected");
  std::memcpy(fields.data(), packet.data(), sizeof fields);
  const auto share = [](double value) { return static_cast<std::int64_t>(std::llround(value * 1e6)); };
  FirstPassFrame frame;
  frame.intra_error = std::llround(fields[1]);
  frame.coded_error = std::llround(fields[2]);
  frame.inter_share = share(fields[4]);
  frame.motion_share = share(fields[5]);
  frame.second_share = share(fields[6]);
  frame.neutral_share = share(fields[7]);
  return frame;
}

}  // namespace

Result<std::vector<ByteVector>> encode_chunk(std::span<const Picture> pictures,
                                             std::span<const int> quantizers, VpxEffort effort) {
  check_sizes(pictures);
  SKIRRET_CHECK(pictures.size() == quantizers.size());
  Session session;
  vpx_codec_enc_cfg_t config = config_for(pictures.front().dimensions(), VPX_RC_ONE_PASS);
  config.rc_min_quantizer = config.rc_max_quantizer = static_cast<unsigned>(quantizers.front());
  auto done = session.start(config, effort);
  std::vector<ByteVector> frames;
  for (std::size_t i = 0; done && i < pictures.size(); ++i) {
    if (i > 0 && quantizers[i] != quantizers[i - 1]) done = session.set_quantizer(quantizers[i]);
    if (done) done = session.encode(&pictures[i], VPX_CODEC_CX_FRAME_PKT, frames);
  }
  if (!done) return tl::unexpected(done.error());
  if (frames.size() != pictures.size())
    return fail(ErrorCode::kIo, "libvpx gave " + std::to_string(frames.size()) + " frames for " +
                                    std::to_string(pictures.size()) + " pictures");
  return frames;
}

Result<std::vector<FirstPassFrame>> first_pass(std::span<const Picture> pictures) {
  check_sizes(pictures);
  codec::Dimensions size = pictures.front().dimensions();
  const bool halve = std::min(size.width, size.height) >= kLeastHalved;
  if (halve) size = {size.width / 2, size.height / 2};
  Session session;
  auto done = session.start(config_for(size, VPX_RC_FIRST_PASS), VpxEffort::kGood);
  std::vector<ByteVector> packets;
  for (std::size_t i = 0; done && i < pictures.size(); ++i) {
    const Picture picture = halve ? halved(pictures[i]) : pictures[i];
    done = session.encode(&picture, VPX_CODEC_STATS_PKT, packets);
  }
  if (done) done = session.encode(nullptr, VPX_CODEC_STATS_PKT, packets);  // one more: the sum of all
  if (!done) return tl::unexpected(done.error());
  if (packets.size() < pictures.size())
    return fail(ErrorCode::kIo, "libvpx's first pass passed over a picture");
  std::vector<FirstPassFrame> frames;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto frame = stats_of(packets[i]);
    if (!frame) return tl::unexpected(frame.error());
    frames.push_back(*frame);
  }
  return frames;
}

std::string vpx_version() {
  return vpx_codec_version_str();
}

}  // namespace skirret::cloudenc
