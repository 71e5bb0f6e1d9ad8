#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"
#include "tests/support/libvpx_decoder.hh"

namespace skirret::test {

// Feeds the same frames to our decoder and to libvpx's and says where they part: in the verdict, the shown
// picture, any of the three references, or whether data ran out.
//
// A refused frame leaves our caller's state as it was; libvpx's may be half overwritten. So after a
// refusal libvpx is started anew and given every frame that was accepted.
//
// Left out, because libvpx answers with what happens to lie in its buffers and not with what it was told:
//  - after the reserved copy value 3 (it accepts, shows nothing, and takes its first picture buffer),
//    pictures are not compared until the next key frame;
//  - likewise after a vector of profile 3 that ends 18 1/4 to 19 samples beyond the left or upper edge: it
//    leaves the macroblock's chroma as it lay in the buffer;
//  - a frame so short that its partition count is missing takes the count of the frame before it; where that
//    was not 1, the frame is passed over.
class LibvpxLockstep {
 public:
  explicit LibvpxLockstep(codec::Limits limits = {}) : limits_(limits) {}

  // Empty when both did the same; else what differs.
  std::optional<std::string> feed(Bytes frame);

  const codec::State& state() const { return state_; }
  bool accepted_last() const { return accepted_last_; }

  // How much was really compared, so that a test can prove that it tested something.
  struct Counts {
    int accepted = 0, refused = 0, pictures = 0, references = 0, truncated = 0, key_frames = 0;
    Counts& operator+=(const Counts& more);
  };
  const Counts& counts() const { return counts_; }

 private:
  std::optional<std::string> compare_accepted(const codec::Decoded& ours,
                                              const LibvpxDecoder::Verdict& theirs);
  std::optional<std::string> compare_references();
  void remember(Bytes frame, const codec::Decoded& ours, const codec::ParsedFrame& parsed);
  void rebuild();

  codec::Limits limits_;
  codec::State state_;
  LibvpxDecoder libvpx_;
  std::vector<ByteVector> accepted_;
  bool stale_ = false;       // libvpx refused a frame and must be rebuilt
  bool blind_ = false;       // one of its pictures is not what the stream says
  bool clean_ = true;        // no accepted frame ran out of data since the replay's first
  int last_partitions_ = 0;  // log2, of the last accepted frame
  bool accepted_last_ = false;
  Counts counts_;
};

}  // namespace skirret::test
