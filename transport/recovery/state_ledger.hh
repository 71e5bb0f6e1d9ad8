#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "codec/base/ids.hh"
#include "transport/wire/ack.hh"

namespace skirret::transport {

// The sender's account of states: for each frame sent, whether the receiver holds the state it leads to.
//
//   status      meaning                                            leaves by
//   kSent       in flight, nothing known to be wrong               held, broken
//   kBroken     a packet of it is lost or its source is broken     held (it came late or was resent), sent
//   (its
//                                                                  source was repaired)
//   kHeld       acknowledged with the same id, in the newest ack   dropped below "oldest needed", gone
//   kUnusable   refused, another id, or held once and no more      dropped
//
// The next frame is coded from the last one sent while that is kSent or kHeld; else from the newest kHeld;
// before anything is held, from the newest that is not broken. A wanted key frame starts a new epoch: from
// then on only what hangs on it is answered as a source, while states of the old epoch stay allowed until it
// is held.
class StateLedger {
 public:
  static constexpr std::size_t kMostStates = 1024;  // however many a receiver claims to have room for

  struct Change {
    enum class Kind { kHeld, kBroken, kMismatch } kind;
    FrameNumber frame = 0;
  };

  void sent(FrameNumber frame, FrameNumber source);
  // The id of the state it leads to, once we know it; until then the frame is no source. Ids that the
  // receiver told before are compared now.
  std::vector<Change> set_state(FrameNumber frame, StateId id);
  // A packet of this frame is lost. Answers every frame that broke with it. `repairing`: what is lost is sent
  // again, so the frame's source stays needed until stop_awaiting_below().
  std::vector<Change> packet_lost(FrameNumber frame, bool repairing);
  // Older frames are long overdue: where the receiver holds a newer state, no source is kept for them any
  // more.
  void stop_awaiting_below(FrameNumber frame);
  // The frames of an ack newer than all before.
  std::vector<Change> acked(const Ack& ack);

  // 0: nothing to code from, a key frame is needed.
  FrameNumber source() const;
  // The newest state that the receiver is known to hold and that the next frame may be coded from; 0: none.
  FrameNumber held_source() const;
  // While a loss is being repaired: the last frame sent, if it hangs on nothing but frames that are there, on
  // their way, or repaired. 0: there is none, or it is source() anyway.
  FrameNumber mending_tip() const;
  FrameNumber tip() const { return tip_; }  // the last frame sent, of this epoch
  bool may_code_from(FrameNumber frame) const;
  bool needs_state(FrameNumber frame) const;

  void want_key_frame() { key_wanted_ = true; }
  // True when no state is held that the next frame could be coded from: what is in flight has to get there.
  bool must_deliver(FrameNumber frame) const;

  FrameNumber newest_held() const { return newest_held_; }
  // States of older frames serve nobody: the newest held, or an older one that a frame on its way hangs on.
  FrameNumber oldest_needed() const { return oldest_needed_; }
  FrameNumber last_sent() const { return last_sent_; }
  bool held(FrameNumber frame) const;
  bool broken(FrameNumber frame) const;
  std::optional<FrameNumber> source_of(FrameNumber frame) const;
  // Frames that can still be sent before the newest held state could fall out of the receiver's cap.
  std::size_t room() const;
  // So many frames are on the account that no outage explains it: none is to be added.
  bool full() const { return frames_.size() >= 2 * kMostStates; }
  std::uint64_t mismatches() const { return mismatches_; }

 private:
  enum class Status : std::uint8_t { kSent, kBroken, kHeld, kUnusable };
  struct Entry {
    FrameNumber source = 0;
    std::optional<StateId> id;      // ours
    std::optional<StateId> theirs;  // told before we knew ours
    Status status = Status::kSent;
    std::uint32_t epoch = 0;
    bool repairing = false;
    bool hit = false;      // packets of its own were lost, and not only those of what it hangs on
    bool awaited = true;   // it may still arrive and then needs its source
    bool arrived = false;  // the receiver holds it, under an id that may not have been told
  };

  void learn(FrameNumber number, Entry& entry, const AckedFrame* said, std::vector<Change>& changes);
  void break_dependents(std::vector<Change>& changes);
  void mend_dependents();
  bool usable(FrameNumber frame) const;
  FrameNumber intact_tip() const;
  void compare(FrameNumber number, Entry& entry, std::vector<Change>& changes);
  void find_newest_held();
  FrameNumber newest(Status status, bool this_epoch) const;

  std::map<FrameNumber, Entry> frames_;
  FrameNumber last_sent_ = 0;
  FrameNumber newest_held_ = 0;
  FrameNumber oldest_needed_ = 0;
  bool key_wanted_ = false;  // and none has been sent since
  std::uint32_t epoch_ = 0;
  FrameNumber epoch_key_ = 0;    // the key frame that began it
  FrameNumber tip_ = 0;          // last sent of this epoch
  std::size_t max_states_ = 64;  // as announced
  std::uint64_t mismatches_ = 0;
};

}  // namespace skirret::transport
