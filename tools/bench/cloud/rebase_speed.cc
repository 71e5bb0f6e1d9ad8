#include "tools/bench/cloud/rebase_speed.hh"

#include <algorithm>
#include <utility>

#include "cloudenc/functions/given_state.hh"
#include "cloudenc/plan/batch_nodes.hh"
#include "cloudenc/vpx/vpx_encoder.hh"
#include "codec/decoder/decoder.hh"
#include "codec/encoder/rebase.hh"
#include "codec/quality/quality.hh"
#include "tools/bench/codec/bd_rate.hh"
#include "tools/bench/codec/cpu_time.hh"

namespace skirret::bench {
namespace {

// One stream's interframes in one form.
struct Sum {
  std::size_t bytes = 0;
  codec::QualityMeter meter;

  void add(std::size_t size, const codec::Picture& made, const codec::Picture& target) {
    bytes += size;
    meter.add(codec::measure_luma(made, target));
  }
  RatePoint point() const {
    return {static_cast<double>(bytes), codec::ssim_to_db(meter.ssim(codec::PlaneName::kY))};
  }
};

enum class How { kVerbatim, kHelpful, kFoundAgain };

struct Form {
  explicit Form(How which) : how(which) {}

  How how;
  double cpu_seconds = 0;
  std::vector<RatePoint> points;
  std::vector<codec::MotionVector> vectors;  // of the frame before

  // `before`: the source before.
  Result<void> add(const codec::State& own, const codec::Picture& before, const codec::Picture& target,
                   const codec::ParsedFrame& frame, Sum& sum) {
    codec::RebaseOptions options;
    options.improve = how == How::kHelpful;
    options.own = &own;
    const cloudenc::FindingAgain again{cloudenc::kChainLevel, &before, vectors, false};
    Result<codec::Candidate> candidate;
    codec::State next;
    cpu_seconds += timed_on_this_thread([&] {
      candidate = how == How::kFoundAgain ? cloudenc::find_again(own, target, frame, again)
                                          : codec::rebase(own, target, frame, options);
      if (candidate) next = codec::finish(own, *candidate);
    });
    if (!candidate) return tl::unexpected(candidate.error());
    vectors = candidate->vectors;
    sum.add(candidate->bytes.size(), next.last, target);
    return {};
  }
};

}  // namespace

Result<CloudRebase> rebase_speed(std::span<const codec::Picture> pictures, std::size_t frames,
                                 std::span<const int> qualities) {
  pictures = pictures.first(std::min(frames, pictures.size()));
  Form plain(How::kVerbatim), improved(How::kHelpful), again(How::kFoundAgain);
  std::vector<RatePoint> theirs;
  for (const int quality : qualities) {
    const auto chunk = cloudenc::encode_chunk(pictures, std::vector<int>(pictures.size(), quality),
                                              cloudenc::VpxEffort::kGood);
    if (!chunk) return tl::unexpected(chunk.error());
    Sum their, plainly, better, anew;
    again.vectors.clear();
    codec::State state;
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      const auto parsed = codec::parse(state, (*chunk)[i]);
      if (!parsed) return tl::unexpected(parsed.error());
      codec::State next = codec::reconstruct(state, *parsed).next;
      if (i > 0) {
        their.add((*chunk)[i].size(), next.last, pictures[i]);
        for (auto [form, sum] : {std::pair{&plain, &plainly}, {&improved, &better}, {&again, &anew}})
          if (auto done = form->add(state, pictures[i - 1], pictures[i], *parsed, *sum); !done)
            return tl::unexpected(done.error());
      }
      state = std::move(next);
    }
    theirs.push_back(their.point());
    plain.points.push_back(plainly.point());
    improved.points.push_back(better.point());
    again.points.push_back(anew.point());
  }
  const double count = static_cast<double>((pictures.size() - 1) * qualities.size());
  return CloudRebase{count / plain.cpu_seconds,
                     count / improved.cpu_seconds,
                     count / again.cpu_seconds,
                     bd_rate(theirs, plain.points, BdMethod::kPiecewise),
                     bd_rate(theirs, improved.points, BdMethod::kPiecewise),
                     bd_rate(theirs, again.points, BdMethod::kPiecewise)};
}

}  // namespace skirret::bench
