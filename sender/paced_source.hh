#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "codec/media/source.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/worker.hh"

namespace skirret::sender {

// Plays a source as if it were a camera: each picture is handed out when it is due, the next one is read
// ahead on a thread beside the loop. Cameras and screens pace themselves and are not held back.
class PacedSource {
 public:
  using OnPicture = std::function<void(codec::Picture picture, TimePoint captured)>;
  using OnEnd = std::function<void(Result<void>)>;  // the source's end, or its error; once

  PacedSource(transport::EventLoop& loop, std::unique_ptr<codec::VideoSource> source, OnPicture on_picture,
              OnEnd on_end);

  void start(TimePoint now);  // the first picture is due at once
  void stop();                // no call comes any more
  bool started() const { return start_.has_value(); }
  // How often a picture came so late that the source's clock was moved: reading is too slow for real time.
  std::uint64_t stalls() const { return stalls_; }

 private:
  void read();
  void arrived(Result<std::optional<codec::SourceFrame>> read);
  void deliver(TimePoint now);

  std::shared_ptr<codec::VideoSource> source_;
  bool live_;
  OnPicture on_picture_;
  OnEnd on_end_;
  std::optional<TimePoint> start_;
  bool stopped_ = false;
  std::optional<codec::SourceFrame> next_;
  std::uint64_t stalls_ = 0;
  transport::DeadlineTimer due_;
  transport::Worker worker_;
};

}  // namespace skirret::sender
