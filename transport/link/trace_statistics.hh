#pragma once

#include <cstdint>

#include "codec/base/time.hh"
#include "transport/link/opportunities.hh"

namespace skirret::transport {

// How a link's capacity behaves, in the figures that the LTE model is fitted to.
struct TraceStatistics {
  double mean_mbit = 0;             // Mbit/s of 1500-byte packets
  double p5 = 0, p50 = 0, p95 = 0;  // capacity of 1 s windows, as shares of the mean
  double empty_20ms = 0;            // share of 20 ms windows without a delivery
  double correlation_1s = 0;        // autocorrelation of the 1 s windows at a lag of 1 s
  double correlation_5s = 0;
  double outages_per_minute = 0;  // gaps of at least 500 ms
  double outage_share = 0;        // of the time
};

// Of the first `length` (whole seconds, at least 10) of a source.
TraceStatistics measure(OpportunitySource& source, Duration length);

}  // namespace skirret::transport
