#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "codec/base/time.hh"
#include "transport/wire/data_packet.hh"

namespace skirret::transport {

// The peer is authenticated, but still a stranger: nothing it sends makes this hold more.
struct AssemblyLimits {
  std::size_t frames = 96;        // incomplete ones; a further one pushes out the oldest
  std::size_t bytes = 16u << 20;  // of incomplete frames, at their announced sizes, and their parity rows
  std::size_t remembered = 512;   // numbers of complete frames, so that late duplicates are known
};

struct AssembledFrame {
  FrameNumber number = 0;
  FrameNumber source = 0;
  ByteVector bytes;
  TimePoint first_arrival{};
  TimePoint arrival{};
};

// Puts frames together from fragments in any order, and from parity rows for those that are missing.
class FrameAssembler {
 public:
  enum class Outcome {
    kStored,
    kComplete,      // take() has the frame
    kDuplicate,     // this fragment, or the whole frame, was there already
    kInconsistent,  // disagrees with the frame's other fragments about n, size or source
    kTooOld,        // below drop_below(), or too old to know whether it was complete
    kOverLimit,     // the frame is larger than the limits, or older than all frames of a full assembly
  };

  explicit FrameAssembler(AssemblyLimits limits = {}) : limits_(limits) {}

  Outcome add(const DataPacket& packet, TimePoint arrival);
  std::optional<AssembledFrame> take();  // the frame that the last add() completed, once

  // Frames below this number are forgotten and refused from now on.
  void drop_below(FrameNumber number);

  bool assembling(FrameNumber number) const { return partial_.contains(number); }
  std::size_t frames_in_assembly() const { return partial_.size(); }
  std::size_t bytes_in_assembly() const { return bytes_; }

 private:
  struct Partial {
    FrameNumber source = 0;
    std::uint32_t fragments = 0;
    std::uint32_t frame_bytes = 0;
    std::map<std::uint32_t, ByteVector> parts;  // as they came: nothing is made for what is only announced
    std::map<std::uint32_t, ByteVector> rows;
    TimePoint first_arrival{};

    std::size_t held_bytes() const;
    ByteVector join() const;
  };

  Outcome store(Partial& partial, const DataPacket& packet);
  bool make_room(FrameNumber number, std::size_t bytes);
  void forget(std::map<FrameNumber, Partial>::iterator it);
  void remember(FrameNumber number);

  AssemblyLimits limits_;
  std::map<FrameNumber, Partial> partial_;
  std::size_t bytes_ = 0;
  std::set<FrameNumber> complete_;
  FrameNumber floor_ = 0;
  std::optional<AssembledFrame> taken_;
};

}  // namespace skirret::transport
