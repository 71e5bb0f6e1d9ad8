#include "tools/bench/measure/screen_meter.hh"

#include <algorithm>
#include <utility>

#include "codec/quality/quality.hh"

namespace skirret::bench {
namespace {

constexpr std::uint8_t kBlack = 16;

double mean_squared_error(codec::PlaneView a, codec::PlaneView b) {
  return static_cast<double>(codec::squared_error(a, b)) / (static_cast<double>(a.width) * a.height);
}

}  // namespace

PictureDistance distance_of(const FrameCode& code, const codec::Picture& shown,
                            const codec::Picture& original) {
  const auto a = code.outside(shown.display_plane(codec::PlaneName::kY));
  const auto b = code.outside(original.display_plane(codec::PlaneName::kY));
  return {codec::ssim(a, b), mean_squared_error(a, b)};
}

ScreenMeter::ScreenMeter(FrameCode code, PictureSource originals, TimePoint begin, TimePoint end)
    : code_(code), originals_(std::move(originals)), begin_(begin), end_(end) {}

void ScreenMeter::capture(std::uint64_t frame, TimePoint at) {
  look_until(at);
  captures_.push_back({frame, at});
}

void ScreenMeter::display(TimePoint at, const codec::Picture& picture) {
  display(at, picture, picture.display_plane(codec::PlaneName::kY));
}

void ScreenMeter::check(std::uint64_t read, std::uint64_t told) {
  ++reading_.checked;
  if (read != told) ++(told_.contains(read) ? reading_.behind : reading_.misread);
}

void ScreenMeter::display(TimePoint at, const codec::Picture& picture, codec::PlaneView read_from,
                          std::optional<std::uint64_t> told) {
  look_until(at);
  DisplayRecord record{at, std::nullopt, std::nullopt};
  const auto number = code_.read(read_from);
  if (number && !captures_.empty()) record.frame = unwrapped(*number, captures_.back().frame);
  if (told) {
    if (record.frame) check(*record.frame, *told);
    told_.insert(*told);
  }
  if (record.frame) {
    record.distance = distance_of(code_, picture, originals_(*record.frame));
    // A picture older than one shown before is on screen all the same: those it takes the place of go.
    while (!shown_.empty() && shown_.back().frame >= *record.frame) shown_.pop_back();
    shown_.push_back({*record.frame, picture, *record.distance});
    unreadable_ = {};
  } else {
    unreadable_ = picture;
  }
  displays_.push_back(record);
}

void ScreenMeter::finish(TimePoint end_of_run) {
  look_until(end_of_run);
}

void ScreenMeter::look_until(TimePoint now) {
  for (; next_look_ < captures_.size(); ++next_look_) {
    const CaptureRecord& capture = captures_[next_look_];
    if (capture.at + kScreenLag >= now) break;
    if (capture.at >= begin_ && capture.at < end_) screen_.push_back(look(capture.frame));
    forget(capture.frame);
  }
}

ScreenRecord ScreenMeter::look(std::uint64_t frame) const {
  ScreenRecord record;
  record.frame = frame;
  record.nothing_yet = shown_.empty();
  if (shown_.empty()) {
    const codec::Picture original = originals_(frame);
    const auto black = codec::Picture::solid(original.dimensions(), kBlack, 128, 128);
    record.on_screen = record.by_then = distance_of(code_, black, original);
  } else {
    const auto newer = std::ranges::upper_bound(shown_, frame, {}, &OnDisplay::frame);
    record.on_screen = against(shown_.back(), frame);
    const bool only_newer = newer == shown_.begin();  // then there is nothing better than what is on screen
    record.by_then =
        only_newer || newer == shown_.end() ? record.on_screen : against(*std::prev(newer), frame);
  }
  if (!unreadable_.empty()) record.on_screen = distance_of(code_, unreadable_, originals_(frame));
  return record;
}

PictureDistance ScreenMeter::against(const OnDisplay& shown, std::uint64_t frame) const {
  return shown.frame == frame ? shown.own : distance_of(code_, shown.picture, originals_(frame));
}

// Of the pictures no newer than the oldest capture still to be looked at, only the newest is needed.
void ScreenMeter::forget(std::uint64_t oldest_waiting) {
  while (shown_.size() > 1 && shown_[1].frame <= oldest_waiting) shown_.pop_front();
}

}  // namespace skirret::bench
