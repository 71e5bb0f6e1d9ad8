#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "codec/base/time.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"
#include "receiver/events.hh"
#include "transport/session/receive_listener.hh"

namespace skirret::receiver {

// One frame to be decoded from a state that is held; run() is pure and may be called on any thread.
struct DecodeJob {
  std::uint64_t session = 0;  // results of an earlier session are dropped
  transport::FrameNumber number = 0;
  codec::State from;
  ByteVector frame;
  codec::Limits limits;
  TimePoint arrival;
  TimePoint started;

  Result<codec::Decoded> run(const codec::DecodeMeans& means = {}) const {
    return codec::decode(from, frame, limits, means);
  }
};

struct PipelineConfig {
  codec::Limits limits;
};

// From complete frames to pictures on display. Holds the decoder states that the session names; owns no
// thread and no clock. One job is under way at a time: the newest frame that is ready, for it is the one to
// be shown, and older ones when nothing newer is (after an outage many come at once).
// A frame that is older than what is on display is decoded (its state may be a source) but not shown.
class Pipeline {
 public:
  Pipeline(transport::ReceiveListener& listener, const PipelineConfig& config, Observer& observer);

  // Once after each round with the listener: takes its events in.
  void take_session_events(TimePoint now);
  std::optional<DecodeJob> next_job(TimePoint now);
  void decoded(const DecodeJob& job, Result<codec::Decoded> result, TimePoint now);

  bool in_call() const { return in_call_; }
  std::size_t states_held() const { return states_.size(); }
  std::uint64_t shown() const { return shown_; }
  std::uint64_t refused() const { return refused_; }  // frames that did not decode
  std::uint64_t late() const { return late_; }        // decoded, but a newer one was on display
  std::uint64_t sessions() const { return session_; }
  const std::string& last_refusal() const { return last_refusal_; }
  const std::string& closed_because() const { return closed_because_; }

 private:
  void show(const DecodeJob& job, const codec::Decoded& decoded, StateId id, TimePoint now);

  transport::ReceiveListener& listener_;
  PipelineConfig config_;
  Observer& observer_;
  std::uint64_t session_ = 0;
  bool in_call_ = false;
  bool busy_ = false;
  std::deque<transport::FrameReady> ready_;  // by number
  std::map<transport::FrameNumber, codec::State> states_;
  std::optional<TimePoint> lost_since_;
  transport::FrameNumber newest_shown_ = 0;
  TimePoint shown_at_{};
  std::uint64_t shown_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t late_ = 0;
  std::string last_refusal_;
  std::string closed_because_;
};

}  // namespace skirret::receiver
