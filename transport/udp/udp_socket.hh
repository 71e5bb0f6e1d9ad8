#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "transport/session/address.hh"
#include "transport/udp/descriptor.hh"
#include "transport/udp/event_loop.hh"

namespace skirret::transport {

struct ReceivedDatagram {
  Address from;
  ByteVector bytes;
  TimePoint arrival{};  // when the kernel had it (SO_TIMESTAMPNS); never before the datagram ahead of it
  Ecn ecn = Ecn::kNotCapable;  // as it came; where the socket cannot tell, kNotCapable
};

struct UdpOptions {
  std::size_t max_datagram = 2048;  // longer ones are dropped and counted; at most 65535
  int buffer_bytes = 4 << 20;       // asked for in each direction; the system may give less
};

// A UDP socket under an event loop: bound, non-blocking, datagrams in batches both ways. What it sends may be
// marked by routers instead of dropped (ECN), and is never cut into pieces on its way: what is too long for
// the path vanishes, so that a probe of a size tells the truth.
class UdpSocket {
 public:
  // Port 0 takes any free one. Errors name the address and what to do: kIo "port 5000 on 127.0.0.1 is
  // in use: …", kNotFound for an address that this machine has not.
  static Result<std::unique_ptr<UdpSocket>> bind(EventLoop& loop, const Address& local,
                                                 const UdpOptions& = {});
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  // Where it is bound, with the real port.
  const Address& local() const { return local_; }

  // Called with what has come, in the order of arrival. Without a callback nothing is read.
  void on_receive(std::function<void(std::span<ReceivedDatagram>)> callback);

  // Hands datagrams to the kernel, in order. When its buffer is full they wait (at most kBacklog) and go
  // out as it drains. What cannot be sent at all (no route, too long, wrong family) is dropped and
  // counted: to the protocol it is a packet lost.
  void send(std::span<const Datagram> datagrams);
  void send(const Datagram& datagram) { send(std::span(&datagram, 1)); }
  static constexpr std::size_t kBacklog = 256;

  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t too_long = 0;  // received, but longer than max_datagram
    std::uint64_t sent = 0;
    std::uint64_t unsendable = 0;  // refused by the system; last_send_error() says why
    std::uint64_t overflowed = 0;  // dropped behind a full backlog
  };
  const Counters& counters() const { return counters_; }
  const std::string& last_send_error() const { return last_send_error_; }
  int receive_buffer_bytes() const;  // what the system gave

 private:
  struct ReceiveArea;
  UdpSocket(EventLoop& loop, Descriptor descriptor, const Address& local, const UdpOptions& options);

  void ready(FdWatch::Ready ready);
  bool read_batch();  // false: nothing more to read
  std::size_t write_batch(std::span<const Datagram> datagrams);
  void flush_backlog();
  void update_wishes();

  Descriptor descriptor_;
  int family_;
  Address local_;
  std::shared_ptr<ReceiveArea> area_;
  TimePoint last_arrival_ = TimePoint::min();
  std::function<void(std::span<ReceivedDatagram>)> on_receive_;
  std::deque<Datagram> backlog_;
  Counters counters_;
  std::string last_send_error_;
  FdWatch watch_;
};

}  // namespace skirret::transport
