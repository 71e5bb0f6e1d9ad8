#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "tests/support/random.hh"
#include "transport/link/virtual_network.hh"

namespace skirret::test {

// A bulk TCP flow with cubic congestion control (RFC 9438) through the left side's link of a network, beside
// whatever else goes there: always something to send, an ack for each packet, three later ones delivered mean
// a loss, one reduction a round trip; slow start without its hybrid form, no timeouts. Each ack takes up to
// a millisecond more, as hosts do: else the flow is in step with the full queue, takes each place the moment
// that it gets free, and whatever others send is dropped (S. Floyd, V. Jacobson, On Traffic Phase Effects in
// Packet-Switched Gateways, 1992). What it sends means nothing to the other side, which ignores it.
class CubicFlow {
 public:
  // `round_trip`: without queues. Packets of 1500 bytes.
  CubicFlow(transport::VirtualNetwork& network, Duration round_trip, TimePoint begin, TimePoint end);

  double window() const { return window_; }  // packets
  std::uint64_t delivered_bytes() const { return delivered_ * 1500; }

 private:
  void send(TimePoint now);
  void acked(std::uint64_t number, TimePoint sent, TimePoint now);
  void grow(TimePoint now);
  void reduce(TimePoint now);

  transport::VirtualNetwork& network_;
  Duration round_trip_;
  TimePoint end_;
  double window_ = 10;
  double threshold_ = 1e9;
  double most_ = 0;  // the window before the last reduction
  TimePoint epoch_{};
  TimePoint recovered_{};  // packets sent before have been answered for
  std::uint64_t next_ = 0;
  std::uint64_t delivered_ = 0;
  struct Flying {
    std::uint64_t number = 0;
    TimePoint sent;
  };
  std::map<std::uint64_t, Flying> in_link_;        // by the link's id
  std::map<std::uint64_t, TimePoint> unanswered_;  // by our number: when sent
  bool entering_ = false;
  TimePoint acks_at_{};
  Random random_{1};
  Duration smoothed_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

 public:
  CubicFlow(const CubicFlow&) = delete;
  CubicFlow& operator=(const CubicFlow&) = delete;
  ~CubicFlow() { *alive_ = false; }
};

}  // namespace skirret::test
