#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "cloudenc/thunk/function.hh"
#include "codec/media/segment_decoder.hh"

namespace skirret::cloudenc {

// A segment's pictures, one after another, from the parts that a call has in its first group.
class SegmentReading {
 public:
  // The next shown picture; nullopt: the decoder needs the part after these.
  Result<std::optional<codec::ShownPicture>> next(Call& call, std::size_t parts);
  // Says that there are no parts after those read: then what the decoder holds back comes, too.
  void finish();
  Result<codec::Picture> picture() { return decoder_.picture(); }

  std::uint64_t shown() const { return shown_; }   // pictures so far
  const BlobGroup& read() const { return read_; }  // parts that the decoder was handed
  bool finished() const { return finished_; }
  std::uint64_t memory() const;  // about, in bytes: pictures that the decoder may refer to, packets to come

 private:
  codec::SegmentDecoder decoder_;
  codec::Dimensions dimensions_;  // of the picture shown last
  std::uint64_t part_bytes_ = 0;  // of the part read last
  BlobGroup read_;
  std::uint64_t shown_ = 0;
  bool finished_ = false;
};

// Decoders that stopped on their way through a segment. A segment may be a whole recording, and each of many
// tasks would decode it from its start: what goes on where another one stopped gives the same, sooner. At
// most a few are kept, the last ones; a worker of its own begins with none.
class DecoderShelf {
 public:
  // One that has read nothing but the call's parts, of these at most so many, and shown at most so many
  // pictures; where there is none, a new one.
  std::unique_ptr<SegmentReading> take(const BlobGroup& parts, std::size_t most_parts,
                                       std::uint64_t most_shown);
  void put(std::unique_ptr<SegmentReading> reading);
  std::uint64_t memory() const;  // of those kept, in bytes

 private:
  mutable std::mutex mutex_;
  std::deque<std::unique_ptr<SegmentReading>> kept_;  // the latest last
};

}  // namespace skirret::cloudenc
