#pragma once

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/base/result.hh"
#include "transport/wire/numbers.hh"

namespace skirret::transport {

// What every packet from the sender tells besides its own content; the head of data, probe and ping.
//
//   0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   |  send time, u32, 100 µs ticks of the sender's clock            |
//   +---------------+-----------------------------------------------+
//   |  flags        |  oldest frame needed (varint)
//   +---------------+-----------------------------------------------
//   |  oldest packet unsettled (varint)
//   +---------------------------------------------------------------
//
// flags: 1 first of a train, 2 last of a train, 4 the sender had paused before this packet,
//        8 limited by its application (it had less to send than the budget allowed).
struct SenderNotes {
  WireTime sent;             // stamped as the packet is handed to the socket
  bool train_first = false;  // a train: packets sent one behind the other at the pacer's rate
  bool train_last = false;
  bool paused_before = false;  // the gap before this packet is the sender's own, no sign of the link
  bool app_limited = false;
  FrameNumber oldest_needed =
      0;  // states of older frames may be dropped, ids of frames up to it are settled; 0: none yet
  PacketNumber oldest_unsettled = 0;  // the peer need not report packets below this one any more

  bool operator==(const SenderNotes&) const = default;
};

void write_notes(ByteWriter&, const SenderNotes&);
// Leaves the reader failed, or answers an error text for values no sender writes.
Result<SenderNotes> read_notes(ByteReader&);

}  // namespace skirret::transport
