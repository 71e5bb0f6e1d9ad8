#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/base/ids.hh"
#include "codec/base/time.hh"
#include "codec/picture/picture.hh"

namespace skirret::receiver {

struct DisplayEvent {
  TimePoint at;
  std::uint64_t frame = 0;
  std::size_t bytes = 0;
  StateId state;
  Duration decoding{};  // from the decoder's start to the picture
  codec::Picture picture;
};

// A frame that will not be shown: its packets or its source state are missing.
struct LossEvent {
  TimePoint at;
  std::uint64_t frame = 0;
};

// The first frame shown after losses.
struct RecoveredEvent {
  TimePoint at;
  std::uint64_t frame = 0;
  Duration gap{};  // since the frame shown before it
};

// Seam for whoever listens; every call comes on the thread that runs the pipeline.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_display(const DisplayEvent&) {}
  virtual void on_loss(const LossEvent&) {}
  virtual void on_recovered(const RecoveredEvent&) {}
};

}  // namespace skirret::receiver
