#include "transport/recovery/state_ledger.hh"

#include <algorithm>

#include "codec/base/check.hh"

namespace skirret::transport {

void StateLedger::sent(FrameNumber frame, FrameNumber source) {
  SKIRRET_CHECK(frame > last_sent_ && source < frame);
  Entry entry;
  entry.source = source;
  if (source == 0) {
    if (key_wanted_ || epoch_key_ == 0) {
      ++epoch_;
      epoch_key_ = frame;
    }
    key_wanted_ = false;
    entry.epoch = epoch_;
  } else if (const auto it = frames_.find(source); it != frames_.end()) {
    entry.epoch = it->second.epoch;
    if (it->second.status == Status::kBroken) entry.status = Status::kBroken;
  }
  frames_.emplace(frame, entry);
  last_sent_ = frame;
  if (entry.epoch == epoch_) tip_ = frame;
}

std::vector<StateLedger::Change> StateLedger::packet_lost(FrameNumber frame, bool repairing) {
  std::vector<Change> changes;
  const auto it = frames_.find(frame);
  if (it == frames_.end()) return changes;
  it->second.repairing = repairing;
  it->second.hit = true;
  if (it->second.status != Status::kSent) return changes;
  it->second.status = Status::kBroken;
  changes.push_back({Change::Kind::kBroken, frame});
  break_dependents(changes);
  return changes;
}

void StateLedger::stop_awaiting_below(FrameNumber frame) {
  for (auto it = frames_.begin(); it != frames_.end() && it->first < frame; ++it) {
    it->second.repairing = false;
    if (it->first < newest_held_) it->second.awaited = false;
  }
  find_newest_held();
}

void StateLedger::break_dependents(std::vector<Change>& changes) {
  for (auto& [number, entry] : frames_) {  // sources stand before what hangs on them
    if (entry.status != Status::kSent || entry.source == 0) continue;
    const auto source = frames_.find(entry.source);
    if (source == frames_.end()) continue;
    if (source->second.status == Status::kBroken || source->second.status == Status::kUnusable) {
      entry.status = Status::kBroken;
      changes.push_back({Change::Kind::kBroken, number});
    }
  }
}

// What was broken only for hanging on a frame that is there after all.
void StateLedger::mend_dependents() {
  for (auto& [number, entry] : frames_) {
    if (entry.status != Status::kBroken || entry.hit || entry.source == 0) continue;
    const auto source = frames_.find(entry.source);
    if (source == frames_.end()) continue;
    if (source->second.status == Status::kHeld || source->second.status == Status::kSent)
      entry.status = Status::kSent;
  }
}

void StateLedger::learn(FrameNumber number, Entry& entry, const AckedFrame* said,
                        std::vector<Change>& changes) {
  if (said == nullptr || (!said->held && !said->refused)) {
    if (entry.status == Status::kHeld) entry.status = Status::kUnusable;  // dropped over there
    return;
  }
  if (said->refused) {
    if (entry.status == Status::kUnusable) return;
    const bool expected = entry.status == Status::kBroken || !entry.awaited;  // its source is not there
    entry.status = Status::kUnusable;
    if (expected) return;
    ++mismatches_;
    changes.push_back({Change::Kind::kMismatch, number});
    return;
  }
  entry.arrived = true;
  if (said->id) entry.theirs = said->id;
  compare(number, entry, changes);
}

void StateLedger::compare(FrameNumber number, Entry& entry, std::vector<Change>& changes) {
  if (entry.status == Status::kUnusable || entry.status == Status::kHeld || !entry.id || !entry.theirs)
    return;
  if (*entry.id == *entry.theirs) {
    entry.status = Status::kHeld;
    changes.push_back({Change::Kind::kHeld, number});
  } else {
    entry.status = Status::kUnusable;
    ++mismatches_;
    changes.push_back({Change::Kind::kMismatch, number});
  }
}

std::vector<StateLedger::Change> StateLedger::set_state(FrameNumber frame, StateId id) {
  std::vector<Change> changes;
  const auto it = frames_.find(frame);
  if (it == frames_.end() || it->second.id) return changes;
  it->second.id = id;
  compare(frame, it->second, changes);
  mend_dependents();
  break_dependents(changes);
  find_newest_held();
  return changes;
}

std::vector<StateLedger::Change> StateLedger::acked(const Ack& ack) {
  std::vector<Change> changes;
  max_states_ = std::clamp<std::size_t>(ack.max_states, 3, kMostStates);
  std::map<FrameNumber, const AckedFrame*> said;
  for (const AckedFrame& frame : ack.frames) said.emplace(frame.number, &frame);
  for (auto& [number, entry] : frames_) {
    const auto it = said.find(number);
    learn(number, entry, it == said.end() ? nullptr : it->second, changes);
  }
  mend_dependents();
  break_dependents(changes);
  find_newest_held();
  return changes;
}

void StateLedger::find_newest_held() {
  newest_held_ = newest(Status::kHeld, true);
  if (newest_held_ == 0) newest_held_ = newest(Status::kHeld, false);
  oldest_needed_ = newest_held_;
  for (const auto& [number, entry] : frames_) {
    // A frame on its way needs its source until it is there, even if a newer state is held already.
    const bool repaired = entry.status == Status::kBroken && entry.repairing;
    const bool on_its_way = !entry.arrived && entry.awaited && (entry.status == Status::kSent || repaired);
    if (on_its_way && entry.source != 0 && held(entry.source))
      oldest_needed_ = std::min(oldest_needed_, entry.source);
  }
  frames_.erase(frames_.begin(), frames_.lower_bound(oldest_needed_));
}

bool StateLedger::usable(FrameNumber frame) const {
  const auto it = frames_.find(frame);
  return it != frames_.end() && it->second.id &&
         (it->second.status == Status::kSent || it->second.status == Status::kHeld);
}

// The last frame sent that is not broken; while its state is still being made, the one it was coded from.
FrameNumber StateLedger::intact_tip() const {
  for (FrameNumber frame = tip_; frame != 0;) {
    const auto it = frames_.find(frame);
    if (it == frames_.end() || it->second.status == Status::kBroken || it->second.status == Status::kUnusable)
      break;
    if (it->second.id) return frame;
    frame = it->second.source;
  }
  return 0;
}

// The newest frame of a status: of this epoch, or of older ones and then from before this epoch's key frame
// (so that "oldest needed" never passes the key frame before it is held).
FrameNumber StateLedger::newest(Status status, bool this_epoch) const {
  for (auto it = frames_.rbegin(); it != frames_.rend(); ++it) {
    const Entry& entry = it->second;
    if (entry.status != status || (entry.epoch == epoch_) != this_epoch || !entry.id) continue;
    if (this_epoch || it->first < epoch_key_) return it->first;
  }
  return 0;
}

FrameNumber StateLedger::source() const {
  if (key_wanted_) return 0;
  if (const FrameNumber tip = intact_tip(); tip != 0) return tip;
  const FrameNumber held = newest(Status::kHeld, true);
  return held != 0 ? held : newest(Status::kSent, true);
}

FrameNumber StateLedger::held_source() const {
  return key_wanted_ ? 0 : newest(Status::kHeld, true);
}

FrameNumber StateLedger::mending_tip() const {
  if (key_wanted_ || tip_ == source()) return 0;
  for (FrameNumber frame = tip_; frame != 0;) {
    const auto it = frames_.find(frame);
    if (it == frames_.end()) return 0;
    const Entry& entry = it->second;
    if (frame == tip_ && !entry.id) return 0;
    if (entry.status == Status::kHeld) return tip_;
    if (entry.status == Status::kUnusable || !entry.awaited) return 0;
    if (entry.status == Status::kBroken && entry.hit && !entry.repairing) return 0;
    frame = entry.source;
  }
  return 0;
}

bool StateLedger::must_deliver(FrameNumber frame) const {
  const auto it = frames_.find(frame);
  return it != frames_.end() && it->second.epoch == epoch_ && newest(Status::kHeld, true) == 0;
}

bool StateLedger::may_code_from(FrameNumber frame) const {
  if (frame == 0) return false;
  return held(frame) ? frame == newest_held_ || frame == source()
                     : usable(frame) && (frame == last_sent_ || frame == tip_ || frame == source());
}

bool StateLedger::needs_state(FrameNumber frame) const {
  return frames_.contains(frame);
}

bool StateLedger::held(FrameNumber frame) const {
  const auto it = frames_.find(frame);
  return it != frames_.end() && it->second.status == Status::kHeld;
}

bool StateLedger::broken(FrameNumber frame) const {
  const auto it = frames_.find(frame);
  return it != frames_.end() && it->second.status == Status::kBroken;
}

std::optional<FrameNumber> StateLedger::source_of(FrameNumber frame) const {
  const auto it = frames_.find(frame);
  if (it == frames_.end()) return std::nullopt;
  return it->second.source;
}

std::size_t StateLedger::room() const {
  const std::size_t since = newest_held_ == 0 ? frames_.size() : frames_.size() - 1;
  const std::size_t allowed = max_states_ - 2;
  return since >= allowed ? 0 : allowed - since;
}

}  // namespace skirret::transport
