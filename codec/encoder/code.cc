#include "codec/encoder/encoder.hh"
#include "codec/encoder/frame_coder.hh"

namespace skirret::codec {

Candidate code(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer) {
  return FrameCoder(from, target, analysis.data(), quantizer, Pressure{}).run();
}

}  // namespace skirret::codec
