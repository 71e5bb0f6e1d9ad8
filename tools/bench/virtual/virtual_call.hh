#pragma once

#include <functional>
#include <optional>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_record.hh"
#include "tools/bench/measure/picture_source.hh"
#include "tools/bench/virtual/coding_model.hh"
#include "tools/bench/virtual/end_clock.hh"
#include "transport/link/named_source.hh"

namespace skirret::bench {

struct VirtualCall {
  // `system` is skirret, conventional-second or conventional-frame; says delay, queue, loss and trace offset
  // of the link. The seed gives the keys, the losses, the phase of the captures against the trace (0: none)
  // and where in the clip the call begins.
  CallSettings settings;
  transport::NamedSource forward;  // from their begin: the offset is skipped here
  transport::NamedSource reverse;
  PictureSource originals;  // without the code
  Duration duration{};      // measured, from the call's begin
  // Captures go on until every measured one is answered, at most so long.
  Duration tail = std::chrono::seconds(30);
  CodingModel coding = *CodingModel::parse("720p:15ms");
  bool recorded_effort =
      false;  // each frame at the effort that `coding` recorded, not at the sender's choice
  std::optional<Duration> first_capture;  // after the call's begin; else as the seed has it
  ClockFault sender_clock;
  ClockFault receiver_clock;
  sender::PipelineConfig sender;
  transport::RateModel rate_model = transport::RateModel::kOurs;
};

// One call in virtual time; the same input gives the same record. Errors: kInvalid (an unknown system),
// kUnsupported (a picture too small for the frame code), kIo when it was stopped.
Result<CallRecord> run_virtual_call(const VirtualCall& call, const std::function<bool()>& stop = nullptr);

}  // namespace skirret::bench
