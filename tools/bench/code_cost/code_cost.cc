#include "tools/bench/code_cost/code_cost.hh"

#include <cmath>

#include "codec/encoder/encoder.hh"
#include "tools/bench/measure/frame_code.hh"
#include "tools/bench/vpx/vpx_encoder.hh"

namespace skirret::bench {
namespace {

codec::Picture picture_of(const LoopedClip& clip, const FrameCode* code, std::uint64_t frame) {
  return code == nullptr ? clip.picture(frame) : code->drawn(clip.picture(frame), frame);
}

std::size_t our_bytes(const LoopedClip& clip, const FrameCode* code, codec::Quantizer quantizer,
                      std::uint64_t frames) {
  codec::State state;
  codec::FramePlan plan;
  plan.kind = codec::FrameKind::kKey;
  plan.refresh_golden = plan.refresh_altref = true;
  std::size_t bytes = 0;
  for (std::uint64_t frame = 0; frame <= frames; ++frame) {
    const auto target = picture_of(clip, code, frame);
    const auto analysis = codec::analyse(state, target, plan, {quantizer, quantizer}, {}, {1});
    const auto candidate = codec::code(state, target, analysis, quantizer);
    if (frame > 0) bytes += candidate.bytes.size();
    state = codec::finish(state, candidate);
    plan = {};
  }
  return bytes;
}

Result<std::size_t> libvpx_bytes(const LoopedClip& clip, const FrameCode* code, int quantizer,
                                 std::uint64_t frames) {
  VpxSettings settings = conferencing(clip.size(), clip.rate(), 300);
  settings.target = VpxAtQuantizer{quantizer};
  auto encoder = VpxEncoder::open(std::move(settings));
  if (!encoder) return tl::unexpected(encoder.error());
  std::size_t bytes = 0;
  for (std::uint64_t frame = 0; frame <= frames; ++frame) {
    const auto coded =
        encoder->encode(picture_of(clip, code, frame), static_cast<std::int64_t>(frame), frame == 0);
    if (!coded) return tl::unexpected(coded.error());
    if (frame > 0) bytes += coded->bytes.size();
  }
  return bytes;
}

Result<double> kbps_of(const LoopedClip& clip, const FrameCode* code, CodeCostOf encoder, int quantizer,
                       std::uint64_t frames) {
  const auto bytes = encoder == CodeCostOf::kOurs
                         ? Result<std::size_t>(our_bytes(clip, code, quantizer, frames))
                         : libvpx_bytes(clip, code, quantizer, frames);
  if (!bytes) return tl::unexpected(bytes.error());
  return static_cast<double>(*bytes) * 8 * clip.rate().value() / static_cast<double>(frames) / 1000;
}

}  // namespace

Result<CodeCost> code_cost(const LoopedClip& clip, CodeCostOf encoder, int quantizer, std::uint64_t frames) {
  const auto code = FrameCode::fit(clip.size());
  if (!code) return tl::unexpected(code.error());
  const auto plain = kbps_of(clip, nullptr, encoder, quantizer, frames);
  if (!plain) return tl::unexpected(plain.error());
  const auto coded = kbps_of(clip, &*code, encoder, quantizer, frames);
  if (!coded) return tl::unexpected(coded.error());
  return CodeCost{quantizer, *plain, *coded};
}

Result<CodeCost> code_cost_at(const LoopedClip& clip, CodeCostOf encoder, double kbps, std::uint64_t frames) {
  int finest = 0;
  int coarsest = encoder == CodeCostOf::kOurs ? 127 : 63;
  while (finest < coarsest) {  // the finest that takes no more
    const int middle = (finest + coarsest) / 2;
    const auto taken = kbps_of(clip, nullptr, encoder, middle, frames);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken > kbps)
      finest = middle + 1;
    else
      coarsest = middle;
  }
  return code_cost(clip, encoder, finest, frames);
}

}  // namespace skirret::bench
