#pragma once

#include <cstdint>

namespace skirret::bench {

// What the machine did while a measurement ran, from /proc/stat: looked at often, told at the end.
class MachineLoad {
 public:
  MachineLoad() : first_(read()), last_(first_) {}

  void look();

  double steal() const;           // share of CPU time that the machine did not get, 0 … 1
  double busy() const;            // share of CPU time in use, steal left out, 0 … 1
  double run_queue_mean() const;  // runnable threads for each CPU, this one left out

 private:
  struct Reading {
    std::uint64_t total = 0;  // in ticks, all CPUs
    std::uint64_t idle = 0;
    std::uint64_t steal = 0;
    std::uint64_t running = 0;
  };
  static Reading read();

  Reading first_;
  Reading last_;
  std::uint64_t running_sum_ = 0;
  std::uint64_t looks_ = 0;
};

}  // namespace skirret::bench
