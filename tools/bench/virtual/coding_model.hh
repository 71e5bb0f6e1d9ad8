#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "sender/pipeline.hh"

namespace skirret::bench {

// How long coding takes in virtual time: declared, or recorded in a live run. Never the wall clock. What was
// recorded is that of the frame nearest in number.
class CodingModel {
 public:
  // "15ms": the time of analysis and candidates of one frame, whatever its size. "720p:15ms": of a 1280x720
  // one, others by their number of macroblocks. Else a file that skirret-sender --stats wrote. Errors:
  // kInvalid (no duration), those of reading a file, kMalformed for a file without coding times.
  static Result<CodingModel> parse(const std::string& text);

  // Decoding as slow as a file of skirret-receiver --stats says. Errors as above.
  Result<CodingModel> with_decoding(const std::string& path) const;

  const std::string& name() const { return name_; }
  // Of the recorded frames, one of the same effort where there is such.
  Duration coding(const sender::CodeJob& job) const;
  // What was recorded: a machine's load chose it. `job`'s own without a record.
  codec::Effort effort(const sender::CodeJob& job) const;
  // Reconstruction of the chosen candidate, and decoding at the receiver: by the number of macroblocks where
  // nothing is recorded. Frames count from 1, as in the transport.
  Duration finish(transport::FrameNumber number, codec::Dimensions size) const;
  Duration decode(transport::FrameNumber number, codec::Dimensions size) const;

 private:
  struct Recorded {
    std::uint64_t frame = 0;  // counts from 0
    int effort = 0;
    Duration time{};
  };
  using Record = std::shared_ptr<const std::vector<Recorded>>;  // by frame, or null

  static Result<Record> recorded(const std::string& path, const char* event, const char* field);
  static const Recorded& nearest(const std::vector<Recorded>& record, transport::FrameNumber number);

  std::string name_;
  Duration fixed_{};
  bool by_size_ = false;
  Record coding_;
  Record finishing_;
  Record decoding_;
};

}  // namespace skirret::bench
