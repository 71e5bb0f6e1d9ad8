#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "codec/base/ids.hh"
#include "transport/wire/ack.hh"

namespace skirret::transport {

// The receiver's account of the states it holds (the program owns them). One goes when it is older than what
// the sender still needs, or at the cap: then the oldest, except the oldest needed itself, which the sender
// may fall back to. The sender stops before that one would be all there is between it and the cap
// (StateLedger::room).
class HeldStates {
 public:
  static constexpr std::uint32_t kLeastStates = 3;
  static constexpr std::size_t kIdsInAnAck = 8;

  HeldStates(std::uint32_t max_states, std::size_t max_bytes)
      : max_states_(std::max(max_states, kLeastStates)), max_bytes_(max_bytes) {}

  void add(FrameNumber number, StateId id, std::size_t bytes) {
    if (number < oldest_needed_) {
      dropped_.push_back(number);
      return;
    }
    largest_bytes_ = std::max(largest_bytes_, bytes);
    states_.insert_or_assign(number, id);
    while (states_.size() > announced_states()) {
      auto victim = states_.begin();
      if (victim->first == oldest_needed_) ++victim;
      dropped_.push_back(victim->first);
      states_.erase(victim);
    }
  }

  void need_from(FrameNumber oldest_needed) {
    oldest_needed_ = std::max(oldest_needed_, oldest_needed);
    while (!states_.empty() && states_.begin()->first < oldest_needed_) {
      dropped_.push_back(states_.begin()->first);
      states_.erase(states_.begin());
    }
  }

  // States of one session have about one size, so the cap in bytes is announced as a count.
  std::uint32_t announced_states() const {
    if (largest_bytes_ == 0) return max_states_;
    const auto fit =
        static_cast<std::uint32_t>(std::min<std::size_t>(max_bytes_ / largest_bytes_, max_states_));
    return std::max(fit, kLeastStates);
  }

  // Ids go with the newest few only: the newest state that is held is the one to code from, and an ack that
  // has to repeat itself through an outage of the way back must stay small.
  void describe(std::vector<AckedFrame>& frames) const {
    std::size_t newer = states_.size();
    for (const auto& [number, id] : states_) {
      const bool told = number > oldest_needed_ && newer <= kIdsInAnAck;
      frames.push_back({number, true, false, told ? std::optional(id) : std::nullopt});
      --newer;
    }
  }

  bool holds(FrameNumber number) const { return states_.contains(number); }
  std::size_t size() const { return states_.size(); }
  FrameNumber oldest_needed() const { return oldest_needed_; }
  std::vector<FrameNumber> numbers() const {
    std::vector<FrameNumber> all;
    for (const auto& [number, id] : states_) all.push_back(number);
    return all;
  }
  std::vector<FrameNumber> take_dropped() { return std::exchange(dropped_, {}); }

 private:
  std::uint32_t max_states_;
  std::size_t max_bytes_;
  std::size_t largest_bytes_ = 0;
  FrameNumber oldest_needed_ = 0;
  std::map<FrameNumber, StateId> states_;
  std::vector<FrameNumber> dropped_;
};

}  // namespace skirret::transport
