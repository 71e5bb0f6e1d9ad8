#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/media/source.hh"
#include "sender/live_end.hh"
#include "sender/pipeline.hh"
#include "sender/thread_pool.hh"

namespace skirret::sender {

struct LiveConfig {
  PipelineConfig pipeline;
  transport::SendConfig send;
  std::optional<Duration> duration;  // of the call, from the handshake's end
  std::size_t threads = 1;           // that code candidates; never changes their bytes
};

// A sender on a real socket: the pipeline at a live end, capture and coding on threads beside the loop.
class LiveSender final : private PictureCoder {
 public:
  // `on_end` as LiveEnd's.
  LiveSender(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
             const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
             const LiveConfig& config, Observer& observer, transport::RandomSource& random,
             std::function<void(Result<void>)> on_end);

  void finish() { end_.finish(); }

  const Pipeline& pipeline() const { return pipeline_; }
  transport::SendStats stats() const { return end_.session().stats(); }
  transport::SendPhase phase() const { return end_.session().phase(); }
  std::uint64_t source_stalls() const { return end_.source_stalls(); }

 private:
  void captured(codec::Picture picture, TimePoint at) override;
  void ticked(TimePoint now) override;
  void after_round(TimePoint now) override { pipeline_.take_session_events(now); }
  bool idle() const override { return pipeline_.idle(); }

  void begin(std::optional<CodeJob> job);
  void coded(Explored explored);
  void finish_frame(FinishJob job);

  ThreadPool pool_;  // before end_, whose worker uses it
  codec::PicturePool pictures_;
  LiveEnd end_;
  Pipeline pipeline_;
};

}  // namespace skirret::sender
