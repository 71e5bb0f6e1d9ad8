#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "tools/bench/live/network_namespace.hh"
#include "transport/link/link.hh"
#include "transport/link/named_source.hh"

namespace skirret::bench {

struct EmulatedLink {
  transport::NamedSource forward;  // from the sender's network to the receiver's
  transport::NamedSource reverse;
  // Each way; overhead_bytes and keep_log are set by the emulator.
  transport::LinkConfig forward_config;
  transport::LinkConfig reverse_config;
};

// Two networks, one for a sender's programs and one for a receiver's, joined by an emulated link that
// unmodified programs cross: IP packets, one TUN device in each, transport/link between them, charged as
// mahimahi does (an IP packet of n bytes: n + 4). Runs on a thread of its own, ahead of ordinary ones where
// the system allows it.
class LinkEmulator {
 public:
  static constexpr const char* kSenderAddress = "10.9.0.1";
  static constexpr const char* kReceiverAddress = "10.9.0.2";

  // The networks are there; packets are lost until begin(). Errors as NetworkNamespace and TunDevice say.
  static Result<std::unique_ptr<LinkEmulator>> create(EmulatedLink link);
  ~LinkEmulator();
  LinkEmulator(const LinkEmulator&) = delete;
  LinkEmulator& operator=(const LinkEmulator&) = delete;

  const NetworkNamespace& sender_network() const;
  const NetworkNamespace& receiver_network() const;

  // The links' time starts now; gives the moment.
  TimePoint begin();

  struct Report {
    std::vector<transport::LinkEvent> forward;
    std::vector<transport::LinkEvent> reverse;
    Duration lateness_p50{};  // of packets: handed to the device so long after they were due
    Duration lateness_p99{};
    Duration lateness_max{};
    std::uint64_t packets = 0;  // delivered, both ways
    std::uint64_t refused = 0;  // by a device
    bool realtime = false;
  };
  // Ends the link (packets are lost again) and tells everything up to now.
  Report finish();

 private:
  class Relay;
  explicit LinkEmulator(std::unique_ptr<Relay> relay);

  std::unique_ptr<Relay> relay_;
};

}  // namespace skirret::bench
