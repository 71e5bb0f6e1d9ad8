#include "tools/bench/live/link_emulator.hh"

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "tools/bench/live/tun_device.hh"
#include "tools/skirret-link/lateness.hh"
#include "transport/udp/clock.hh"
#include "transport/udp/deadline_timer.hh"
#include "transport/udp/event_loop.hh"

namespace skirret::bench {

using transport::Delivered;
using transport::Link;

// One way: read from one device, written to the other.
struct Way {
  transport::NamedSource source;
  transport::LinkConfig config;
  std::optional<Link> link;  // none: packets are lost

  void begin(TimePoint now) {
    config.overhead_bytes = transport::kTunOverheadBytes;
    config.keep_log = true;
    link.emplace(source.make(), config, now);
  }
};

// Everything but construction happens on its thread's loop.
class LinkEmulator::Relay {
 public:
  Relay(EmulatedLink link, std::array<NetworkNamespace, 2> networks, std::array<TunDevice, 2> devices)
      : networks_(std::move(networks)), devices_(std::move(devices)) {
    ways_[0] = {std::move(link.forward), link.forward_config, {}};
    ways_[1] = {std::move(link.reverse), link.reverse_config, {}};
    std::promise<void> up;
    thread_ = std::thread([&] { run(up); });
    up.get_future().wait();
  }

  ~Relay() {
    loop_->post([this] { loop_->stop(); });
    thread_.join();
  }

  const NetworkNamespace& network(std::size_t which) const { return networks_[which]; }

  TimePoint begin() {
    return on_loop<TimePoint>([this] {
      for (TunDevice& device : devices_)
        while (device.read()) {
        }
      const TimePoint now = transport::monotonic_now();
      for (Way& way : ways_) way.begin(now);
      return now;
    });
  }

  Report finish() {
    return on_loop<Report>([this] {
      service();
      const auto& late = lateness_.histogram();
      Report report{{},         {},           late.quantile(0.5), late.quantile(0.99),
                    late.max(), late.count(), refused_,           realtime_};
      if (ways_[0].link) report.forward = ways_[0].link->log().events();
      if (ways_[1].link) report.reverse = ways_[1].link->log().events();
      for (Way& way : ways_) way.link.reset();
      timer_->set(kNever);
      return report;
    });
  }

 private:
  template <class T, class Task>
  T on_loop(Task task) {
    std::promise<T> done;
    loop_->post([&] { done.set_value(task()); });
    return done.get_future().get();
  }

  void run(std::promise<void>& up) {
    transport::EventLoop loop;
    transport::DeadlineTimer timer(loop, [this](TimePoint) { service(); });
    transport::FdWatch near(loop, devices_[0].descriptor(), [this](auto) { take(0); });
    transport::FdWatch far(loop, devices_[1].descriptor(), [this](auto) { take(1); });
    near.want(true, false);
    far.want(true, false);
    loop_ = &loop;
    timer_ = &timer;
    realtime_ = link::try_realtime();
    up.set_value();
    loop.run();
  }

  // A TUN device tells no arrival times; a packet arrives when it is read.
  void take(std::size_t from) {
    while (std::optional<ByteVector> packet = devices_[from].read())
      if (ways_[from].link) ways_[from].link->send(std::move(*packet), transport::monotonic_now());
    service();
  }

  void service() {
    if (!ways_[0].link) return;
    const TimePoint now = transport::monotonic_now();
    for (std::size_t from : {0u, 1u})
      for (const Delivered& packet : ways_[from].link->advance(now)) deliver(1 - from, packet);
    timer_->set(std::min(ways_[0].link->next_event(), ways_[1].link->next_event()));
  }

  void deliver(std::size_t to, const Delivered& packet) {
    if (!devices_[to].write(packet.bytes)) ++refused_;
    lateness_.add(transport::monotonic_now() - packet.at);
  }

  std::array<NetworkNamespace, 2> networks_;
  std::array<TunDevice, 2> devices_;
  std::array<Way, 2> ways_;
  link::Lateness lateness_;
  std::uint64_t refused_ = 0;
  bool realtime_ = false;
  transport::EventLoop* loop_ = nullptr;
  transport::DeadlineTimer* timer_ = nullptr;
  std::thread thread_;
};

LinkEmulator::LinkEmulator(std::unique_ptr<Relay> relay) : relay_(std::move(relay)) {}
LinkEmulator::~LinkEmulator() = default;

Result<std::unique_ptr<LinkEmulator>> LinkEmulator::create(EmulatedLink link) {
  auto near = NetworkNamespace::create();
  if (!near) return tl::unexpected(near.error());
  auto far = NetworkNamespace::create();
  if (!far) return tl::unexpected(far.error());
  auto near_device = TunDevice::create(*near, kSenderAddress);
  if (!near_device) return tl::unexpected(near_device.error());
  auto far_device = TunDevice::create(*far, kReceiverAddress);
  if (!far_device) return tl::unexpected(far_device.error());
  return std::unique_ptr<LinkEmulator>(
      new LinkEmulator(std::make_unique<Relay>(std::move(link), std::array{std::move(*near), std::move(*far)},
                                               std::array{std::move(*near_device), std::move(*far_device)})));
}

const NetworkNamespace& LinkEmulator::sender_network() const {
  return relay_->network(0);
}
const NetworkNamespace& LinkEmulator::receiver_network() const {
  return relay_->network(1);
}
TimePoint LinkEmulator::begin() {
  return relay_->begin();
}
LinkEmulator::Report LinkEmulator::finish() {
  return relay_->finish();
}

}  // namespace skirret::bench
