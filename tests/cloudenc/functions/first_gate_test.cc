#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/functions/copied_vectors.hh"
#include "cloudenc/functions/given_state.hh"
#include "cloudenc/vpx/vpx_encoder.hh"
#include "codec/decoder/decoder.hh"
#include "codec/encoder/rebase.hh"
#include "codec/quality/quality.hh"
#include "tests/support/data.hh"
#include "tools/bench/codec/bd_rate.hh"
#include "tools/bench/codec/clip.hh"
#include "tools/bench/codec/cpu_time.hh"

// What everything else in cloudenc stands on: a residue of ours is no worse than libvpx's. Each interframe of
// a libvpx stream is coded again, once with its own modes and once from the picture alone, from the very
// state that libvpx coded it from.
namespace skirret::test {
namespace {

using bench::RatePoint;

struct Curve {
  std::vector<RatePoint> points;
  double cpu_seconds = 0;
};

// One point: the interframes of a stream, each from its own state.
class Sum {
 public:
  void add(std::size_t bytes, const codec::Picture& made, const codec::Picture& target) {
    bytes_ += bytes;
    meter_.add(codec::measure_luma(made, target));
  }
  RatePoint point() const {
    return {static_cast<double>(bytes_), codec::ssim_to_db(meter_.ssim(codec::PlaneName::kY))};
  }

 private:
  std::size_t bytes_ = 0;
  codec::QualityMeter meter_;
};

struct Gate {
  Curve libvpx, rebased, anew;

  double extra(const Curve& curve) const {
    return bench::bd_rate(libvpx.points, curve.points, bench::BdMethod::kPiecewise).value_or(1e9);
  }
  double cpu(const Curve& curve) const { return curve.cpu_seconds / libvpx.cpu_seconds; }
};

Gate measure_gate(const std::vector<codec::Picture>& pictures) {
  Gate gate;
  const auto encode = [](std::span<const codec::Picture> some, int quantizer) {
    return cloudenc::encode_chunk(some, std::vector<int>(some.size(), quantizer), cloudenc::VpxEffort::kGood)
        .value();
  };
  for (const int quantizer : {12, 22, 34, 46}) {
    std::vector<ByteVector> frames;
    // A key frame costs less than an interframe, and is none of what is compared.
    gate.libvpx.cpu_seconds -=
        bench::timed_on_this_thread([&] { encode(std::span(pictures).first(1), quantizer); });
    gate.libvpx.cpu_seconds += bench::timed_on_this_thread([&] { frames = encode(pictures, quantizer); });
    Sum libvpx, rebased, anew;
    codec::State state;
    codec::Hints hints;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto parsed = codec::parse(state, frames[i]).value();
      const codec::State next = codec::reconstruct(state, parsed).next;
      if (i > 0) {
        libvpx.add(frames[i].size(), next.last, pictures[i]);
        codec::Candidate candidate;
        gate.rebased.cpu_seconds += bench::timed_on_this_thread([&] {
          codec::RebaseOptions options;
          options.own = &state;
          candidate = codec::rebase(state, pictures[i], parsed, options).value();
        });
        rebased.add(candidate.bytes.size(), codec::finish(state, candidate).last, pictures[i]);
        hints.previous_source = pictures[i - 1];
        hints.golden_age = static_cast<int>(i);
        gate.anew.cpu_seconds += bench::timed_on_this_thread([&] {
          hints.seeds = cloudenc::copied_vectors(pictures[i - 1], pictures[i]);
          cloudenc::GivenStateOptions options;
          options.quantizer = parsed.header.quantizer.y_ac;
          options.refresh_golden = options.refresh_altref = false;
          candidate = cloudenc::encode_given_state(state, pictures[i], hints, options).value();
        });
        anew.add(candidate.bytes.size(), codec::finish(state, candidate).last, pictures[i]);
      }
      hints.previous_vectors = cloudenc::vectors_of(parsed);
      state = next;
    }
    gate.libvpx.points.push_back(libvpx.point());
    gate.rebased.points.push_back(rebased.point());
    gate.anew.points.push_back(anew.point());
  }
  return gate;
}

void expect_gate(const std::string& name, std::size_t frames) {
  SCOPED_TRACE(name);
  SKIRRET_DATA_FILE(path, "clips/" + name);
  const auto clip = bench::load_clip(path.string(), frames);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  const Gate gate = measure_gate(clip->pictures);
  std::printf("%-32s own state %+6.2f %% bits  %.2f CPU | given state %+6.2f %% bits  %.2f CPU\n",
              name.c_str(), gate.extra(gate.rebased), gate.cpu(gate.rebased), gate.extra(gate.anew),
              gate.cpu(gate.anew));
  EXPECT_LE(gate.extra(gate.rebased), 1) << "percent more bits than libvpx's own frame, rebased in place";
  EXPECT_LE(gate.extra(gate.anew), 5) << "percent more bits than libvpx's own frame, coded anew";
  // Sanitizers slow ours down, not libvpx.
  if (std::getenv("SKIRRET_LONG") != nullptr) {
    EXPECT_LE(gate.cpu(gate.anew), 1.5);
  }
}

TEST(FirstGate, SmoothAndHandHeld) {
  expect_gate("foreman_352x288_30.mkv", 8);
}

TEST(FirstGate, NoisyWebcam) {
  expect_gate("webcam-office-a_640x480_30.mkv", 4);
}

TEST(FirstGate, EveryClip) {
  if (std::getenv("SKIRRET_LONG") == nullptr) GTEST_SKIP() << "minutes: set SKIRRET_LONG=1";
  const char* const one = std::getenv("SKIRRET_CLIP");
  for (const std::string name :
       {"talk-plants_1280x720_30.mkv", "talk-kitchen_640x360_25.mkv", "webcam-office-a_640x480_30.mkv",
        "foreman_352x288_30.mkv", "flower-handheld_640x360_30.mkv", "basketballpass_416x240_50.mkv",
        "mobile_352x288_25.mkv", "bbb_640x360_24.mkv"})
    if (one == nullptr || name.starts_with(one)) expect_gate(name, 10);
}

// Pages that scroll by dozens of lines from picture to picture.
TEST(FirstGate, Screen) {
  if (std::getenv("SKIRRET_LONG") == nullptr) GTEST_SKIP() << "half a minute: set SKIRRET_LONG=1";
  expect_gate("screen-web_1280x720_30.mkv", 10);
}

}  // namespace
}  // namespace skirret::test
