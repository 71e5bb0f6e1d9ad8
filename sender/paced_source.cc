#include "sender/paced_source.hh"

#include <utility>

#include "transport/udp/clock.hh"

namespace skirret::sender {
namespace {

// Later than this, a picture is no more worth the catching up.
constexpr Duration kStall = std::chrono::milliseconds(250);

}  // namespace

PacedSource::PacedSource(transport::EventLoop& loop, std::unique_ptr<codec::VideoSource> source,
                         OnPicture on_picture, OnEnd on_end)
    : source_(std::move(source)),
      live_(source_->info().live),
      on_picture_(std::move(on_picture)),
      on_end_(std::move(on_end)),
      due_(loop, [this](TimePoint now) { deliver(now); }),
      worker_(loop) {
  read();
}

void PacedSource::start(TimePoint now) {
  start_ = now;
  if (next_) arrived(std::exchange(next_, std::nullopt));
}

void PacedSource::stop() {
  stopped_ = true;
  due_.set(kNever);
}

void PacedSource::read() {
  worker_.run([source = source_] { return source->next(); },
              [this](Result<std::optional<codec::SourceFrame>> frame) { arrived(std::move(frame)); });
}

void PacedSource::arrived(Result<std::optional<codec::SourceFrame>> frame) {
  if (stopped_) return;
  if (!frame || !*frame) {
    stop();
    on_end_(frame ? Result<void>() : tl::unexpected(frame.error()));
    return;
  }
  next_ = std::move(*frame);
  if (!start_) {
    // A camera's pictures before the start are old: only the newest is kept.
    if (live_) read();
    return;
  }
  const TimePoint now = transport::monotonic_now();
  const TimePoint due = *start_ + next_->timestamp;
  if (live_ || due <= now)
    deliver(now);
  else
    due_.set(due);
}

void PacedSource::deliver(TimePoint now) {
  if (stopped_ || !next_) return;
  codec::SourceFrame frame = *std::exchange(next_, std::nullopt);
  read();
  TimePoint captured = live_ ? now : *start_ + frame.timestamp;
  if (now - captured > kStall) {
    ++stalls_;
    *start_ += now - captured;
    captured = now;
  }
  on_picture_(std::move(frame.picture), captured);
}

}  // namespace skirret::sender
