#pragma once

#include <memory>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/picture/picture.hh"

namespace skirret::test {

// libvpx's VP8 decoder, single-threaded, without error concealment or post-processing: what decides
// where documents are silent. Movable; owns the library's context.
class LibvpxDecoder {
 public:
  // What libvpx said about one frame.
  struct Verdict {
    bool accepted = false;
    bool corrupted = false;               // it, or a picture that it was predicted from, was read past an end
    std::optional<codec::Picture> shown;  // the display crop; absent for an invisible frame
  };

  // The three pictures it would predict the next frame from, macroblock-aligned, dimensions aligned too.
  struct References {
    codec::Picture last, golden, altref;
  };

  LibvpxDecoder();

  // After a refusal the decoder's inner state is undefined as far as tests go: start a new one and replay.
  Verdict decode(Bytes frame);

  // Only after at least one accepted key frame, and directly after an accepted frame.
  References references();

 private:
  struct Context;
  struct ContextDeleter {
    void operator()(Context* context) const;
  };

  std::unique_ptr<Context, ContextDeleter> context_;
  codec::Dimensions dimensions_;  // of the last accepted key frame
};

// The size that a key frame's uncompressed header states (0x0 when it is no key frame or too short).
codec::Dimensions stated_dimensions(Bytes frame);

// Where two pictures differ first, for messages: "Y (x, y): a != b"; empty when the display crops agree.
std::string first_difference(const codec::Picture& a, const codec::Picture& b);

}  // namespace skirret::test
