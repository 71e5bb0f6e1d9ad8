#pragma once

#include <memory>
#include <string>

#include "codec/base/result.hh"
#include "transport/link/link_log.hh"
#include "transport/udp/descriptor.hh"

namespace skirret::link {

// The relay's --stats: JSON lines, each {"t_ns", "event", "direction", …}, in order of time within a
// direction ("sent" lines a moment late). t_ns is CLOCK_MONOTONIC; bytes are charged bytes (UDP payload +
// 32).
//
//   opportunity  bytes: carried in it, 0 … 1504
//   enqueue      packet, bytes
//   dequeue      packet, bytes, queued_ns: its wait in the queue
//   drop_queue   packet, bytes: the queue was full
//   drop_loss    packet, bytes: lost in the air
//   sent         packet, late_ns: handed to the far end's (or the client's) socket at t_ns, so long after
//                it was due
//
// Kept in memory between flushes, so that a slow disk does not make datagrams late; only whole lines
// are ever written.
class StatsFile {
 public:
  static Result<StatsFile> create(const std::string& path);

  void write(const char* direction, const transport::LinkEvent& event);
  void write_sent(const char* direction, std::uint64_t packet, TimePoint at, Duration late);
  void flush();
  // An error once something could not be written (disk full); later lines are dropped.
  Result<void> status() const;

 private:
  StatsFile(std::string path, transport::Descriptor file);
  void append(const char* line, int size);

  std::string path_;
  transport::Descriptor file_;
  std::string pending_;
  int error_ = 0;
};

}  // namespace skirret::link
