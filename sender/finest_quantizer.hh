#pragma once

#include <cstddef>

#include "codec/encoder/encoder.hh"

namespace skirret::sender {

// How fine the next frame may be made at most. Finer than `usual` hardly anybody sees a difference, and on a
// link that is nearly full its bytes would be felt as delay; where the link would carry several such frames
// in the time of one, they are not: a step finer for each frame that leaves so much room, a step back for
// each that leaves less than half of it.
class FinestQuantizer {
 public:
  struct Config {
    codec::Quantizer usual = 6;
    codec::Quantizer best = 2;
    std::size_t room = 3;  // times the frame's bytes
  };

  explicit FinestQuantizer(const Config& config) : config_(config), limit_(config.usual) {}

  codec::Quantizer limit() const { return limit_; }
  // A frame of `bytes` was sent, coded with `limit`() or coarser; the link would surely have carried `room`.
  void sent(codec::Quantizer quantizer, std::size_t bytes, std::size_t room);
  // Nothing could be sent, or something was lost: small frames first.
  void begin_anew() { limit_ = config_.usual; }

 private:
  Config config_;
  codec::Quantizer limit_;
};

}  // namespace skirret::sender
