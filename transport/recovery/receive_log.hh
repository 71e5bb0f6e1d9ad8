#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "codec/base/time.hh"
#include "transport/wire/ack.hh"

namespace skirret::transport {

// Which packets came, and when: what the receiver's acks are made from. Holds no more than kMaxKept packets.
class ReceiveLog {
 public:
  static constexpr std::size_t kMaxKept = 2048;

  struct Arrived {
    bool fresh = false;               // not seen before, and not too old to matter
    std::uint64_t newly_missing = 0;  // packets skipped by this one
  };

  Arrived add(PacketNumber number, TimePoint arrival);
  // The sender has settled everything below; it is reported no more.
  void settle_below(PacketNumber oldest_unsettled);

  // When the newest packet below `number` came, if it is remembered.
  std::optional<TimePoint> newest_below(PacketNumber number) const;

  bool empty() const { return arrivals_.empty(); }
  PacketNumber largest() const { return arrivals_.rbegin()->first; }

  // Fills in ranges, floor, arrivals and hold. Not empty (checked).
  void describe(Ack& ack, TimePoint now) const;

 private:
  std::map<PacketNumber, TimePoint> arrivals_;
  PacketNumber floor_ = 0;  // nothing below is kept
};

}  // namespace skirret::transport
