#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "transport/wire/data_packet.hh"

namespace skirret::transport {

// How much parity a frame needs. Loss is taken for a chain of two states (Gilbert 1960: every packet is lost
// in the bad one), whose two numbers are measured: the share of lost packets, over about the last 200, and
// how many are lost in a row. The rows are the fewest with which a frame stays broken less often than
// `residual`.
class ParityPolicy {
 public:
  // One in a hundred frames waits for a repair; where bytes are to spare, one in a thousand.
  static constexpr double kResidual = 0.01;
  static constexpr double kSpareResidual = 0.001;

  // What an ack told: so many packets came, and those of these numbers (ascending) did not. A run of more
  // than kLongestRun is an outage, which no parity mends; it counts as one of that length.
  static constexpr std::size_t kLongestRun = 8;
  void delivered(std::size_t packets);
  void lost(std::span<const std::uint64_t> numbers);

  double loss() const { return loss_; }
  double mean_run() const { return (lost_ + kPrior) / (runs_ + kPrior); }

  std::uint32_t rows(std::uint32_t fragments) const { return lookup(rows_, fragments); }
  std::uint32_t spare_rows(std::uint32_t fragments) const { return lookup(spare_rows_, fragments); }

 private:
  static constexpr double kMemory = 1.0 / 200;  // of the loss, a packet
  static constexpr double kPrior = 4;           // losses, each alone, that count as seen from the start
  using Table = std::array<std::uint8_t, kMaxParityFragments + 1>;

  static std::uint32_t lookup(const Table& table, std::uint32_t fragments) {
    return fragments < table.size() ? table[fragments] : 0;
  }
  void lost_run(std::size_t packets);
  void refresh_tables();

  double loss_ = 0;
  double lost_ = 0;
  double runs_ = 0;
  double made_for_loss_ = 0;
  double made_for_run_ = 1;
  Table rows_{};
  Table spare_rows_{};
};

}  // namespace skirret::transport
