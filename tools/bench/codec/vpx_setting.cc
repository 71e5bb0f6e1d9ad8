#include <string>
#include <utility>

#include "tools/bench/codec/picture_encoder.hh"

namespace skirret::bench {
namespace {

class VpxPictures final : public PictureEncoder {
 public:
  explicit VpxPictures(VpxEncoder encoder) : encoder_(std::move(encoder)) {}

  Result<ByteVector> encode(const codec::Picture& picture) override {
    auto frame = encoder_.encode(picture, next_++);
    if (!frame) return tl::unexpected(frame.error());
    return std::move(frame->bytes);
  }

 private:
  VpxEncoder encoder_;
  std::int64_t next_ = 0;
};

VpxTarget target_of(const EncodeTarget& target) {
  if (const auto* rate = std::get_if<AtRate>(&target))
    return VpxAtRate{.kbps = rate->kbps, .max_quantizer = 63};
  return VpxAtQuantizer{vpx_quantizer(std::get<AtQuantizer>(target).index)};
}

}  // namespace

EncoderSetting vpx_setting(VpxDeadline deadline, int cpu_used, bool screen_content) {
  const char* mode = deadline == VpxDeadline::kRealtime ? "--rt"
                     : deadline == VpxDeadline::kGood   ? "--good"
                                                        : "--best";
  std::string name = std::string("libvpx ") + mode;
  if (deadline != VpxDeadline::kBest) name += " " + std::to_string(cpu_used);
  if (screen_content) name += " screen";
  return {name, false, -1,
          [=](const codec::SourceInfo& info,
              const EncodeTarget& target) -> Result<std::unique_ptr<PictureEncoder>> {
            VpxSettings settings;
            settings.size = info.dimensions;
            settings.rate = info.rate;
            settings.target = target_of(target);
            settings.deadline = deadline;
            settings.cpu_used = cpu_used;
            settings.key_frames = VpxKeyFrames::kAtCuts;
            settings.screen_content = screen_content;
            auto encoder = VpxEncoder::open(std::move(settings));
            if (!encoder) return tl::unexpected(encoder.error());
            return std::make_unique<VpxPictures>(std::move(*encoder));
          }};
}

std::vector<EncoderSetting> vpx_frontier() {
  return {vpx_setting(VpxDeadline::kRealtime, -8, false), vpx_setting(VpxDeadline::kRealtime, -4, false),
          vpx_setting(VpxDeadline::kGood, 0, false), vpx_setting(VpxDeadline::kRealtime, -1, false)};
}

std::vector<EncoderSetting> vpx_peers() {
  std::vector<EncoderSetting> peers = vpx_frontier();
  peers.push_back(vpx_setting(VpxDeadline::kBest, 0, false));
  return peers;
}

std::vector<EncoderSetting> vpx_gate_peers() {
  return {vpx_setting(VpxDeadline::kRealtime, -8, false), vpx_setting(VpxDeadline::kGood, 0, false)};
}

}  // namespace skirret::bench
