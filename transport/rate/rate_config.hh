#pragma once

#include <cstddef>

#include "codec/base/time.hh"

namespace skirret::transport {

// Ours, described in rate_controller.hh, or one to compare it with (compared_models.hh).
enum class RateModel { kOurs, kGapAverage, kDelayGradient };

// Every number the rate model is tuned by. The model itself is described in rate_controller.hh.
struct RateConfig {
  RateModel model = RateModel::kOurs;
  Duration queue_target =
      std::chrono::milliseconds(50);  // what is sent shall leave the bottleneck within this …
  double queue_target_packets = 1.5;  // … and the time that it takes for so many packets
  Duration frame_interval = std::chrono::milliseconds(33);  // how often the caller asks for a budget
  double frame_burst = 1.5;  // one frame: at most what the link carries in so many intervals
  double most_bursts = 3;    // on a slow link, after captures of which nothing was sent: so many times that
  Duration queue_limit = std::chrono::milliseconds(120);  // the delay that few packets shall exceed …
  double over_limit_share = 0.05;                         // … this few of them
  Duration memory = std::chrono::milliseconds(250);       // of the capacity estimate
  Duration base_window = std::chrono::seconds(10);  // in which the path's empty-queue delay is looked for
  Duration outage_gap =
      std::chrono::milliseconds(200);  // a longer wait for one packet is an outage, no slow link
  Duration stall_gap = std::chrono::milliseconds(60);    // a longer one is no fault of the sender
  Duration drain_after = std::chrono::seconds(5);        // with no sight of an empty queue: let it run empty
  Duration drain_in_doubt = std::chrono::seconds(2);     // the same while a rival is suspected
  Duration drain_for = std::chrono::milliseconds(400);   // at most
  Duration drain_target = std::chrono::milliseconds(8);  // the queue target meanwhile
  Duration empty_queue = std::chrono::milliseconds(4);   // a queueing delay that counts as none
  Duration ack_slack = std::chrono::milliseconds(30);    // ack delay and jitter that are no sign of an outage
  Duration held_queue = std::chrono::milliseconds(100);  // a longer wait says that the way there is to blame
  Duration held_now = std::chrono::milliseconds(400);    // so late is no usual queue
  Duration trust_after = std::chrono::seconds(2);        // of a call: before, the base delay may be no base
  Duration late_acks = std::chrono::milliseconds(100);   // beyond what is normal: the way back is to blame
  Duration most_trust = std::chrono::milliseconds(300);  // in the way there while no ack comes …
  Duration trust_memory = std::chrono::seconds(20);      // … forgotten in so long
  Duration blind_fade = std::chrono::milliseconds(100);  // so much of the forecast is sent blindly, in all
  std::size_t start_packets = 10;  // before the first estimate, spread over one round trip
  std::size_t resume_packets = 2;  // in all, until a round trip after an outage is done
  Duration padding_after = std::chrono::milliseconds(200);  // without a sample of the capacity
  Duration start_up = std::chrono::milliseconds(750);       // whose delays are no sign of too little caution
  double pace_gain = 1.5;                                   // a train leaves at this multiple of the estimate
  double deviations = 1.0;  // caution: so many standard deviations below the mean
};

}  // namespace skirret::transport
