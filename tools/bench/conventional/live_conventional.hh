#pragma once

#include <functional>
#include <memory>

#include "sender/live_end.hh"
#include "tools/bench/conventional/conventional_coder.hh"

namespace skirret::bench {

// The conventional sender on a real socket, at the same live end as ours.
class LiveConventional final : private sender::PictureCoder {
 public:
  // `on_end` as sender::LiveEnd's.
  LiveConventional(transport::EventLoop& loop, transport::UdpSocket& socket, transport::CallSecret secret,
                   const transport::Address& peer, std::unique_ptr<codec::VideoSource> source,
                   const ConventionalConfig& config, const transport::SendConfig& send,
                   sender::Observer& observer, transport::RandomSource& random,
                   std::function<void(Result<void>)> on_end);

  void finish() { end_.finish(); }
  transport::SendStats stats() const { return end_.session().stats(); }
  std::uint64_t source_stalls() const { return end_.source_stalls(); }

 private:
  void captured(codec::Picture picture, TimePoint at) override;
  void ticked(TimePoint) override {}
  void after_round(TimePoint now) override { coder_.after_round(now); }
  bool idle() const override { return coder_.idle(); }

  sender::LiveEnd end_;
  ConventionalCoder coder_;
};

}  // namespace skirret::bench
