#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "transport/link/link_log.hh"

namespace skirret::bench {

// What the programs' --stats files tell of one call. All times are CLOCK_MONOTONIC of one machine.
// Frames are numbered by capture from 0; frame n is the n-th picture of the source.
struct Captured {
  TimePoint at;
  std::uint64_t frame = 0;
};

struct CandidateSize {
  int quantizer = 0;
  std::uint64_t bytes = 0;
};

struct Coded {
  TimePoint at;  // when the candidate was chosen
  std::uint64_t frame = 0;
  std::uint64_t bytes = 0;   // of the chosen candidate
  std::uint64_t budget = 0;  // bytes that the transport allowed at that moment
  int quantizer = 0;
  bool key_frame = false;  // a frame without a source state
  bool sent = false;
  std::vector<CandidateSize> candidates;
};

struct Shown {
  TimePoint at;
  std::uint64_t frame = 0;
};

struct CallLog {
  std::vector<Captured> captured;  // each list in the order of its file
  std::vector<Coded> coded;
  std::vector<Shown> shown;
  std::uint64_t losses = 0;
  std::uint64_t recoveries = 0;
  std::vector<transport::LinkEvent> link;      // the way there; empty when there is no link file
  std::vector<transport::LinkEvent> way_back;  // of the acknowledgements
};

// Read one file of JSON lines into `log`'s part. Unknown events and fields are passed over; a known event
// without a field that it must have is kMalformed and names the file and line. A last line without its
// newline is what a killed program leaves behind and is not counted.
Result<CallLog> with_sender_stats(CallLog log, std::string_view text, const std::string& name);
Result<CallLog> with_receiver_stats(CallLog log, std::string_view text, const std::string& name);
Result<CallLog> with_link_stats(CallLog log, std::string_view text, const std::string& name);

struct StatsFiles {
  std::filesystem::path sender;
  std::filesystem::path receiver;
  std::filesystem::path link;  // empty: none
};
Result<CallLog> read_call_log(const StatsFiles& files);

}  // namespace skirret::bench
