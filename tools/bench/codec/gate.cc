#include "tools/bench/codec/gate.hh"

#include <utility>

#include "codec/decoder/decoder.hh"
#include "codec/encoder/rebase.hh"
#include "codec/quality/quality.hh"
#include "tools/bench/codec/bd_rate.hh"
#include "tools/bench/codec/repacked_frame.hh"

namespace skirret::bench {
namespace {

class LevelsSum {
 public:
  void add(std::size_t bytes, const codec::Picture& made, const codec::Picture& target) {
    bytes_ += bytes;
    meter_.add(codec::measure_luma(made, target));
  }
  GatePoint::Levels sum() const {
    return {bytes_, meter_.psnr(codec::PlaneName::kY), codec::ssim_to_db(meter_.ssim(codec::PlaneName::kY))};
  }

 private:
  std::size_t bytes_ = 0;
  codec::QualityMeter meter_;
};

class PointMeasure {
 public:
  explicit PointMeasure(int quantizer) { point_.quantizer = quantizer; }

  Result<void> frame(const ByteVector& bytes, const codec::Picture& picture) {
    const auto parsed = codec::parse(state_, bytes);
    if (!parsed) return tl::unexpected(parsed.error());
    codec::Decoded decoded = codec::reconstruct(state_, *parsed);
    if (auto done = repack(bytes, *parsed, decoded.shown); !done) return done;
    if (!parsed->header.key_frame) {
      theirs_.add(bytes.size(), decoded.shown, picture);
      for (const bool improve : {false, true})
        if (auto done = requantise(*parsed, picture, improve); !done) return done;
    }
    state_ = std::move(decoded.next);
    return {};
  }

  GatePoint point() const {
    GatePoint point = point_;
    point.theirs = theirs_.sum();
    point.rounded = rounded_.sum();
    point.improved = improved_.sum();
    return point;
  }

 private:
  Result<void> repack(const ByteVector& bytes, const codec::ParsedFrame& parsed,
                      const codec::Picture& expected) {
    const ByteVector again = repacked(state_, parsed);
    const auto shown = codec::decode(state_, again);
    if (!shown || !(shown->shown == expected))
      return fail(ErrorCode::kInvalid, "a frame that is packed anew shows another picture");
    point_.bytes += bytes.size();
    point_.repacked_bytes += again.size();
    return {};
  }

  Result<void> requantise(const codec::ParsedFrame& parsed, const codec::Picture& picture, bool improve) {
    codec::RebaseOptions options;
    options.improve = improve;
    options.mask = false;
    options.own = &state_;
    const auto candidate = codec::rebase(state_, picture, parsed, options);
    if (!candidate) return tl::unexpected(candidate.error());
    (improve ? improved_ : rounded_)
        .add(candidate->bytes.size(), codec::finish(state_, *candidate).last, picture);
    return {};
  }

  codec::State state_;
  GatePoint point_;
  LevelsSum theirs_, rounded_, improved_;
};

std::optional<double> extra_bits(const Gate& gate, GatePoint::Levels GatePoint::*ours,
                                 double GatePoint::Levels::*quality) {
  std::vector<RatePoint> anchor, test;
  for (const GatePoint& point : gate.points) {
    anchor.push_back({static_cast<double>(point.theirs.bytes), point.theirs.*quality});
    test.push_back({static_cast<double>((point.*ours).bytes), point.*ours.*quality});
  }
  return bd_rate(anchor, test, BdMethod::kPiecewise);
}

}  // namespace

double Gate::repacked_percent() const {
  std::size_t theirs = 0, ours = 0;
  for (const GatePoint& point : points) {
    theirs += point.bytes;
    ours += point.repacked_bytes;
  }
  return theirs == 0 ? 0 : 100.0 * static_cast<double>(ours) / static_cast<double>(theirs) - 100;
}

std::optional<double> Gate::rounded_psnr() const {
  return extra_bits(*this, &GatePoint::rounded, &GatePoint::Levels::psnr);
}
std::optional<double> Gate::improved_psnr() const {
  return extra_bits(*this, &GatePoint::improved, &GatePoint::Levels::psnr);
}
std::optional<double> Gate::improved_ssim() const {
  return extra_bits(*this, &GatePoint::improved, &GatePoint::Levels::ssim_db);
}

Result<Gate> measure_gate(const Clip& clip, const EncoderSetting& peer, const std::vector<int>& quantizers) {
  Gate gate{peer.name, {}};
  for (const int quantizer : quantizers) {
    auto encoder = peer.start(clip.info, AtQuantizer{quantizer});
    if (!encoder) return tl::unexpected(encoder.error());
    PointMeasure measure(quantizer);
    for (const codec::Picture& picture : clip.pictures) {
      const auto bytes = (*encoder)->encode(picture);
      if (!bytes) return tl::unexpected(bytes.error());
      if (auto done = measure.frame(*bytes, picture); !done)
        return fail(done.error().code, peer.name + ": " + done.error().message);
    }
    gate.points.push_back(measure.point());
  }
  return gate;
}

}  // namespace skirret::bench
