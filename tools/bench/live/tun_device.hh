#pragma once

#include <optional>
#include <span>
#include <string>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "tools/bench/live/network_namespace.hh"
#include "transport/udp/descriptor.hh"

namespace skirret::bench {

// A TUN device inside a network namespace: what programs there send through it is read here as IP packets of
// at most 1500 bytes, and what is written here arrives there. IPv4 alone: the namespace's IPv6 is switched
// off, so that nothing but the programs' own packets crosses.
class TunDevice {
 public:
  static constexpr std::size_t kMtu = 1500;

  // `address` as "10.9.0.1", within a network of 24 bits that the device leads to. kUnsupported without
  // /dev/net/tun or the right to use it.
  static Result<TunDevice> create(const NetworkNamespace& where, const std::string& address);

  int descriptor() const { return device_.get(); }
  std::optional<ByteVector> read();  // nullopt: nothing more now
  bool write(Bytes packet);          // false: not taken

 private:
  explicit TunDevice(transport::Descriptor device) : device_(std::move(device)) {}

  transport::Descriptor device_;
};

}  // namespace skirret::bench
