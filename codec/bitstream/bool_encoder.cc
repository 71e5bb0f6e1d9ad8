#include "codec/bitstream/bool_encoder.hh"

#include <utility>

namespace skirret::codec {

void BoolEncoder::append(std::uint64_t bits, int count) {
  if ((bits >> count & 1) != 0) {
    std::size_t at = bytes_.size();
    while (++bytes_[--at] == 0) {
    }  // the first byte never overflows: the coded number stays below 1
  }
  for (int shift = count - 8; shift >= 0; shift -= 8)
    bytes_.push_back(static_cast<std::uint8_t>(bits >> shift));
}

ByteVector BoolEncoder::finish() && {
  const int bits = pending_ + 8;
  const int padded = (bits + 7) / 8 * 8;
  append(low_ << (padded - bits), padded);
  return std::move(bytes_);
}

}  // namespace skirret::codec
