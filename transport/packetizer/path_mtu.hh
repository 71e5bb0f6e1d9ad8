#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "codec/base/time.hh"

namespace skirret::transport {

// How long a datagram may be on this path (UDP payload bytes), found out by probes of that size (as RFC 8899
// does, with sizes instead of a bisection): the largest first, the next smaller one when kAttempts of a size
// were lost; after the search, or a fall back, the next one comes kSearchAgain later. What routers say about
// their limits is not asked for: it may be forged, or never come.
//
// A path may stop to carry what it carried (another route), without a word: when kBlackHole packets longer
// than the base were lost with none of them delivered after them, the base is what is used.
class PathMtu {
 public:
  static constexpr std::array<std::size_t, 4> kSizes{1472, 1452, 1372, 1232};  // Ethernet's v4, v6, tunnels
  static constexpr int kAttempts = 2;
  static constexpr std::size_t kBlackHole = 6;
  static constexpr Duration kFirstSearch = std::chrono::seconds(1);  // after the path came into use
  static constexpr Duration kSearchAgain = std::chrono::seconds(60);

  // Nothing above `ceiling` is tried; with base >= ceiling nothing at all.
  PathMtu(std::size_t base, std::size_t ceiling, TimePoint now);

  std::size_t size() const { return size_; }

  // The size to probe for now, if a probe is due and none is on its way.
  std::optional<std::size_t> probe(TimePoint now) const;
  TimePoint next_deadline() const { return probing_ ? kNever : next_; }
  void probe_sent();
  bool probe_delivered(std::size_t size, TimePoint now);  // true: size() has grown
  void probe_lost(TimePoint now);

  // Packets of other kinds, in any order.
  void delivered(std::uint64_t number, std::size_t size);
  bool lost(std::uint64_t number, std::size_t size, TimePoint now);  // true: fell back to the base

  void path_changed(TimePoint now);

 private:
  void search(TimePoint at);

  std::size_t base_;
  std::size_t ceiling_;
  std::size_t size_;
  std::size_t step_ = 0;  // in kSizes: what is tried next
  int attempts_ = 0;
  bool probing_ = false;
  TimePoint next_ = kNever;
  std::uint64_t newest_long_ = 0;  // the newest long packet known to have been delivered, + 1
  std::size_t lost_in_a_row_ = 0;
};

}  // namespace skirret::transport
