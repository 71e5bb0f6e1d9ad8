#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "sender/pipeline.hh"

namespace skirret::bench {

// How long coding takes in virtual time: declared, or recorded in a live run. Never the wall clock.
class CodingModel {
 public:
  // "15ms": the time of analysis and candidates of one frame, whatever its size. "720p:15ms": of a 1280x720
  // one, others by their number of macroblocks. Else a file that skirret-sender --stats wrote: the coding
  // time of the frame nearest in number, of those of the same effort where it has such. Errors: kInvalid (no
  // duration), those of reading a file, kMalformed for a file without coding times.
  static Result<CodingModel> parse(const std::string& text);

  const std::string& name() const { return name_; }
  Duration coding(const sender::CodeJob& job) const;
  // The effort of the recorded frame nearest in number: a machine's load chose it. `job`'s own without a
  // record.
  codec::Effort effort(const sender::CodeJob& job) const;
  // Reconstruction of the chosen candidate, and decoding at the receiver: by the number of macroblocks.
  Duration finish(codec::Dimensions size) const;
  Duration decode(codec::Dimensions size) const;

 private:
  struct Recorded {
    std::uint64_t frame = 0;
    int effort = 0;
    Duration coding{};
  };
  std::string name_;
  Duration fixed_{};
  bool by_size_ = false;
  std::shared_ptr<const std::vector<Recorded>> recorded_;
};

}  // namespace skirret::bench
