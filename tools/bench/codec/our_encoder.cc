#include <utility>

#include "tools/bench/codec/picture_encoder.hh"
#include "tools/skirret-vp8/stream_encoder.hh"

namespace skirret::bench {
namespace {

class OurEncoder final : public PictureEncoder {
 public:
  OurEncoder(const vp8::SizePolicy& policy, int effort, codec::Regions regions, const codec::SourceInfo& info)
      : encoder_(policy, codec::Effort{effort}, info, regions) {}

  Result<ByteVector> encode(const codec::Picture& picture) override {
    auto coded = encoder_.next(picture);
    if (!coded) return tl::unexpected(coded.error());
    return std::move(coded->candidate.bytes);
  }

 private:
  vp8::StreamEncoder encoder_;
};

vp8::SizePolicy policy_of(const EncodeTarget& target) {
  if (const auto* rate = std::get_if<AtRate>(&target)) return vp8::TargetRate{rate->kbps};
  return vp8::FixedQuantizer{std::get<AtQuantizer>(target).index};
}

}  // namespace

std::string text_of(const EncodeTarget& target) {
  if (const auto* rate = std::get_if<AtRate>(&target)) return std::to_string(rate->kbps) + " kbit/s";
  return "q" + std::to_string(std::get<AtQuantizer>(target).index);
}

EncoderSetting our_setting(int effort, codec::Regions regions) {
  return {"skirret effort " + std::to_string(effort), true, effort,
          [effort, regions](const codec::SourceInfo& info,
                            const EncodeTarget& target) -> Result<std::unique_ptr<PictureEncoder>> {
            return std::make_unique<OurEncoder>(policy_of(target), effort, regions, info);
          }};
}

}  // namespace skirret::bench
