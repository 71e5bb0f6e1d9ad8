#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/time.hh"
#include "transport/link/link_log.hh"
#include "transport/link/loss.hh"
#include "transport/link/opportunities.hh"

namespace skirret::transport {

// What a packet is charged on top of itself: an IP packet the TUN device's 4 bytes, a UDP payload IPv4 and
// UDP headers too.
inline constexpr std::uint32_t kTunOverheadBytes = 4;
inline constexpr std::uint32_t kLinkOverheadBytes = 28 + kTunOverheadBytes;

// Where the fixed delay lies. `mm-delay N mm-link UP DOWN` puts it behind the queue for packets that
// leave the inner shell (UP), and before the queue for those that come to it (DOWN).
enum class DelayPlace : std::uint8_t { kAfterQueue, kBeforeQueue };

struct LinkConfig {
  Duration delay{};  // one way, fixed
  DelayPlace delay_place = DelayPlace::kAfterQueue;
  std::size_t queue_packets = 0;  // drop-tail limits; 0: none. A packet in transit is in the queue no more
  std::size_t queue_bytes = 0;    // of charged bytes
  std::uint32_t overhead_bytes = kLinkOverheadBytes;  // charged on top of each packet's own
  double loss = 0;  // independent, 0 … 1; lost packets have used their capacity
  BurstLoss burst;
  std::uint64_t seed = 1;
  std::vector<TimeWindow> blackouts;  // packets sent in these windows are lost (since the link's start)

  // For tests: a packet is held back for reorder_delay, so later ones overtake it; or arrives twice.
  double reorder = 0;
  Duration reorder_delay{};
  double duplicate = 0;

  bool keep_log = true;  // LinkLog of every event; off for live relays
};

// A packet at the far end. `id` counts the packets sent from 0; `tag` is the sender's own mark.
struct Delivered {
  TimePoint at{};
  std::uint64_t id = 0;
  std::uint64_t tag = 0;
  ByteVector bytes;
};

// One direction of an emulated link, as mahimahi's mm-link counts (its src/frontend/link_queue.cc):
// each opportunity carries 1504 charged bytes from the queue's head; small packets share one, a large
// one spans several and arrives with its last byte; what finds no packet is lost. A packet that
// arrives at the very instant of an opportunity is too late for it.
//
// Pure and in virtual time: owns no clock. `now` may not run backwards (an earlier one counts as the
// latest seen).
class Link {
 public:
  explicit Link(std::unique_ptr<OpportunitySource> source, const LinkConfig& config = {},
                TimePoint start = {});

  void send(ByteVector bytes, TimePoint now, std::uint64_t tag = 0);

  // When advance() has something to do next: kNever for an empty link. Unused opportunities need no
  // waking up; they are burned (and logged, with their own times) by the next call.
  TimePoint next_event() const;

  // Everything that arrives up to and including `now`, in order of arrival.
  std::vector<Delivered> advance(TimePoint now);

  // Another route: what leaves the queue (or enters the delay before it) from now on takes so long.
  void set_delay(Duration delay) { config_.delay = delay; }

  // Called with each event as it happens, in order of time, also when keep_log is off.
  void observe(std::function<void(const LinkEvent&)> observer) { observer_ = std::move(observer); }
  const LinkLog& log() const { return log_; }

  std::size_t queued_packets() const { return queue_.size() + (in_transit_ ? 1 : 0); }
  std::size_t queued_bytes() const { return queue_bytes_ + in_transit_left_; }  // charged, still to carry
  TimePoint start() const { return start_; }

 private:
  struct Waiting {
    Delivered packet;
    TimePoint enqueued{};
    std::uint32_t charged = 0;
  };

  void run_to(TimePoint now);
  void enqueue(Waiting waiting, TimePoint at);
  void use_opportunity(TimePoint at);
  void depart(Waiting waiting, TimePoint at);
  void note(LinkEventKind kind, TimePoint at, const Waiting& waiting, Duration queued = {});
  void note(const LinkEvent& event);

  std::unique_ptr<OpportunitySource> source_;
  LinkConfig config_;
  TimePoint start_;
  TimePoint now_;
  TimePoint next_opportunity_;
  std::uint64_t next_id_ = 0;

  std::deque<Waiting> entering_;  // in the delay before the queue; packet.at: when it gets there
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  std::optional<Waiting> in_transit_;
  std::uint32_t in_transit_left_ = 0;
  std::multimap<TimePoint, Delivered> leaving_;  // in the delay after the queue, by arrival

  LossProcess loss_;
  LinkRandom order_draws_;
  LinkLog log_;
  std::function<void(const LinkEvent&)> observer_;
};

}  // namespace skirret::transport
