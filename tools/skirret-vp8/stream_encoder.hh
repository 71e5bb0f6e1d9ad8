#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "codec/base/result.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/golden_policy.hh"
#include "codec/encoder/rate_control.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"

namespace skirret::vp8 {

// What sets the frames' sizes.
struct FixedQuantizer {
  codec::Quantizer quantizer = 40;  // 0..127
};
struct TargetRate {
  int kbps = 0;  // 1000 bits a second
};
struct FrameLimit {
  std::size_t bytes = 0;  // of each frame; the first may be larger only where even its smallest form is
};
using SizePolicy = std::variant<FixedQuantizer, TargetRate, FrameLimit>;

// Codes picture after picture from the state that the last one led to. The same pictures and options give
// the same bytes.
class StreamEncoder {
 public:
  StreamEncoder(const SizePolicy& policy, codec::Effort effort, const codec::SourceInfo& source,
                codec::Regions regions = {});

  struct Coded {
    codec::Candidate candidate;
    codec::State state;  // that it leads to; its last picture is what a viewer sees
  };
  // kLimit: not even the cheapest form of this picture fits the frame limit.
  Result<Coded> next(const codec::Picture& picture);

 private:
  codec::FramePlan plan(const codec::Picture& picture) const;
  codec::Candidate at_quantizer(const codec::Picture& picture, const codec::FramePlan& plan,
                                codec::Quantizer quantizer);
  codec::Candidate at_rate(const codec::Picture& picture, const codec::FramePlan& plan);
  Result<codec::Candidate> below(const codec::Picture& picture, const codec::FramePlan& plan,
                                 std::size_t limit);

  SizePolicy policy_;
  codec::Effort effort_;
  codec::Regions regions_;
  codec::GoldenPolicy golden_policy_;
  std::optional<codec::RateControl> rate_control_;
  std::size_t frame_share_ = 1;  // of the target rate, in bytes
  codec::State state_;
  codec::Hints hints_;
  codec::Quantizer last_quantizer_ = 40;
};

}  // namespace skirret::vp8
