#include "tools/bench/cloud/two_pass_vpx.hh"

#include <utility>

#include "tools/bench/vpx/vpx_encoder.hh"

namespace skirret::bench {
namespace {

VpxSettings settings_of(const TwoPassSettings& wanted, codec::Dimensions size, codec::FrameRate rate) {
  VpxSettings settings;
  settings.size = size;
  settings.rate = rate;
  settings.target = VpxAtQuality{wanted.cq_level};
  settings.deadline = VpxDeadline::kGood;
  settings.cpu_used = 0;
  settings.threads = wanted.threads;
  settings.lag = wanted.lag;
  settings.key_frames = VpxKeyFrames::kEach;
  settings.key_frame_interval = wanted.key_frame_interval;
  settings.tune_ssim = true;
  return settings;
}

// All frames; what the first pass found stays with the encoder.
Result<std::vector<ByteVector>> run(VpxEncoder& encoder, std::span<const codec::Picture> pictures,
                                    bool held_back) {
  std::vector<ByteVector> frames;
  const auto keep = [&](Result<VpxEncoder::Frame>& frame) {
    if (frame && !frame->bytes.empty()) frames.push_back(std::move(frame->bytes));
  };
  std::int64_t time = 0;
  for (const codec::Picture& picture : pictures) {
    auto frame = encoder.encode(picture, time++);
    if (!frame) return tl::unexpected(frame.error());
    keep(frame);
  }
  for (std::size_t before = frames.size() + 1; before != frames.size();) {
    before = frames.size();
    auto frame = encoder.flush();
    if (!frame) return tl::unexpected(frame.error());
    keep(frame);
    if (!held_back) break;
  }
  return frames;
}

}  // namespace

Result<std::vector<ByteVector>> encode_two_pass(std::span<const codec::Picture> pictures,
                                                codec::FrameRate rate, const TwoPassSettings& wanted) {
  VpxSettings settings = settings_of(wanted, pictures.front().dimensions(), rate);
  settings.pass = VpxSettings::Pass::kFirst;
  auto first = VpxEncoder::open(settings);
  if (!first) return tl::unexpected(first.error());
  if (auto done = run(*first, pictures, false); !done) return tl::unexpected(done.error());
  settings.pass = VpxSettings::Pass::kSecond;
  settings.first_pass = first->first_pass();
  auto second = VpxEncoder::open(std::move(settings));
  if (!second) return tl::unexpected(second.error());
  return run(*second, pictures, true);
}

}  // namespace skirret::bench
