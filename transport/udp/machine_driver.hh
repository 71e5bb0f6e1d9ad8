#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "transport/udp/clock.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"
#include "transport/udp/udp_socket.hh"

namespace skirret::transport {

// Runs a sans-I/O machine over one socket and one timer. The machine offers
//   receive(ByteVector or Bytes, const Address& from, TimePoint arrival) · tick(TimePoint now)
//   poll(TimePoint now) -> std::optional<Datagram> · next_deadline() -> TimePoint
// and, where it wants to know: receive() with an Ecn behind the rest; resumed(TimePoint now), called when the
// system has slept, during which its clock stood still. It
// is handed times that never run back. After each round (datagrams received, deadline come, pump()
// called) `after` runs on the loop's thread: the program's place to take events and to hand in new work;
// what the machine then has to send goes out in the same round.
template <class Machine>
class MachineDriver {
 public:
  MachineDriver(EventLoop& loop, UdpSocket& socket, Machine& machine,
                std::function<void(TimePoint now)> after = {})
      : socket_(socket),
        machine_(machine),
        after_(std::move(after)),
        timer_(loop, [this](TimePoint) { pump(); }) {
    socket_.on_receive([this](std::span<ReceivedDatagram> datagrams) { receive(datagrams); });
    loop.post([this, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) pump();  // the machine may have something to say from its start
    });
  }
  ~MachineDriver() { socket_.on_receive({}); }
  MachineDriver(const MachineDriver&) = delete;
  MachineDriver& operator=(const MachineDriver&) = delete;

  // Tests let the system sleep by this; else it is time_asleep().
  void watch_sleep(std::function<Duration()> asleep) {
    asleep_ = std::move(asleep);
    slept_ = asleep_();
  }

  // Whenever the machine was changed from outside its callbacks, e.g. by a posted task.
  void pump() {
    mind_sleep();
    machine_.tick(advance());
    send_all();
    if (after_) {
      after_(advance());
      send_all();
    }
    timer_.set(machine_.next_deadline());
  }

 private:
  // Datagrams polled for one system call: few enough that their time stamps stay true.
  static constexpr std::size_t kSendBatch = 8;

  TimePoint advance() { return latest_ = std::max(latest_, monotonic_now()); }

  // The two clocks are read one after the other, so a difference of moments is none.
  void mind_sleep() {
    if constexpr (requires { machine_.resumed(latest_); }) {
      const Duration slept = asleep_();
      if (slept - slept_ > std::chrono::milliseconds(500)) machine_.resumed(advance());
      slept_ = slept;
    }
  }

  void receive(std::span<ReceivedDatagram> datagrams) {
    mind_sleep();
    for (ReceivedDatagram& datagram : datagrams) {
      latest_ = std::max(latest_, datagram.arrival);
      if constexpr (requires { machine_.receive(datagram.bytes, datagram.from, latest_, datagram.ecn); })
        machine_.receive(std::move(datagram.bytes), datagram.from, latest_, datagram.ecn);
      else
        machine_.receive(std::move(datagram.bytes), datagram.from, latest_);
    }
    pump();
  }

  void send_all() {
    for (;;) {
      std::array<Datagram, kSendBatch> batch;
      std::size_t count = 0;
      const TimePoint now = advance();
      while (count < kSendBatch) {
        std::optional<Datagram> datagram = machine_.poll(now);
        if (!datagram) break;
        batch[count++] = std::move(*datagram);
      }
      socket_.send(std::span<const Datagram>(batch.data(), count));
      if (count < kSendBatch) return;
    }
  }

  UdpSocket& socket_;
  Machine& machine_;
  std::function<void(TimePoint)> after_;
  TimePoint latest_ = TimePoint::min();
  std::function<Duration()> asleep_ = time_asleep;
  Duration slept_ = time_asleep();
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  DeadlineTimer timer_;
};

}  // namespace skirret::transport
