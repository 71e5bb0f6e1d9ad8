#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "tools/bench/measure/call_record.hh"
#include "tools/bench/measure/frame_code.hh"
#include "tools/bench/measure/picture_source.hh"

namespace skirret::bench {

// How long after a capture the screen is looked at.
inline constexpr Duration kScreenLag = std::chrono::milliseconds(150);

PictureDistance distance_of(const FrameCode& code, const codec::Picture& shown,
                            const codec::Picture& original);

// Looks at a run's screen: reads the code of each displayed picture, compares it with the capture of that
// number, and looks again kScreenLag after each capture. Fed while a run goes on or afterwards, in the order
// of times (a capture before a display of the same moment); holds the few pictures that are still needed.
class ScreenMeter {
 public:
  // `originals` gives the picture of each capture, with or without the code. Captures in [begin, end) get a
  // ScreenRecord.
  ScreenMeter(FrameCode code, PictureSource originals, TimePoint begin, TimePoint end);

  void capture(std::uint64_t frame, TimePoint at);
  // `picture` has the source's size (scale it before); `read_from` may be the unscaled one.
  void display(TimePoint at, const codec::Picture& picture);
  // `told`: the frame that the system itself says it is, only to check the reading by.
  void display(TimePoint at, const codec::Picture& picture, codec::PlaneView read_from,
               std::optional<std::uint64_t> told = std::nullopt);
  // Nothing more is displayed up to `end_of_run`: fills in what is left to look at by then.
  void finish(TimePoint end_of_run);

  const std::vector<CaptureRecord>& captures() const { return captures_; }
  const std::vector<DisplayRecord>& displays() const { return displays_; }
  const std::vector<ScreenRecord>& screen() const { return screen_; }
  const CodeReading& code_reading() const { return reading_; }

 private:
  struct OnDisplay {
    std::uint64_t frame = 0;
    codec::Picture picture;
    PictureDistance own;  // to its own original
  };

  void look_until(TimePoint now);  // at what was on screen just before `now`
  ScreenRecord look(std::uint64_t frame) const;
  PictureDistance against(const OnDisplay& shown, std::uint64_t frame) const;
  void forget(std::uint64_t oldest_waiting);
  void check(std::uint64_t read, std::uint64_t told);

  FrameCode code_;
  PictureSource originals_;
  TimePoint begin_;
  TimePoint end_;
  std::vector<CaptureRecord> captures_;
  std::vector<DisplayRecord> displays_;
  std::vector<ScreenRecord> screen_;
  CodeReading reading_;
  std::set<std::uint64_t> told_;  // frames that the system said it displayed
  std::size_t next_look_ = 0;     // index into captures_
  codec::Picture unreadable_;     // the newest display, when its code could not be read
  std::deque<OnDisplay> shown_;   // readable ones, the newest display last; all numbers rise
};

}  // namespace skirret::bench
