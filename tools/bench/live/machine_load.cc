#include "tools/bench/live/machine_load.hh"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace skirret::bench {

MachineLoad::Reading MachineLoad::read() {
  Reading reading;
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word; file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    if (word == "procs_running") file >> reading.running;
    if (word != "cpu") continue;
    // user nice system idle iowait irq softirq steal (guest times are inside user's)
    for (int field = 0; field < 8; ++field) {
      std::uint64_t ticks = 0;
      file >> ticks;
      reading.total += ticks;
      if (field == 3 || field == 4) reading.idle += ticks;
      if (field == 7) reading.steal = ticks;
    }
  }
  return reading;
}

void MachineLoad::look() {
  last_ = read();
  running_sum_ += last_.running - std::min<std::uint64_t>(last_.running, 1);
  ++looks_;
}

double MachineLoad::steal() const {
  const auto total = std::max<std::uint64_t>(last_.total - first_.total, 1);
  return static_cast<double>(last_.steal - first_.steal) / static_cast<double>(total);
}

double MachineLoad::busy() const {
  const auto total = std::max<std::uint64_t>(last_.total - first_.total, 1);
  return 1 - steal() - static_cast<double>(last_.idle - first_.idle) / static_cast<double>(total);
}

double MachineLoad::run_queue_mean() const {
  const double cpus = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<double>(running_sum_) / static_cast<double>(std::max<std::uint64_t>(looks_, 1)) / cpus;
}

}  // namespace skirret::bench
