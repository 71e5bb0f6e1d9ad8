#include "codec/encoder/size_model.hh"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "codec/bitstream/tables/quantizer_tables.hh"

namespace skirret::codec {
namespace {

constexpr int kUsualSlope = 330;  // measured on camera clips: sizes fall by 2^1.3 where steps double
constexpr int kLeastSlope = 160, kMostSlope = 600;

int log2_step(Quantizer quantizer) {
  return log2_256(static_cast<std::uint64_t>(tables::kAcSteps[static_cast<std::size_t>(quantizer)]));
}

int log2_size(std::size_t bytes) {
  return log2_256(std::max<std::size_t>(bytes, 1));
}

}  // namespace

int log2_256(std::uint64_t value) {
  const int whole = std::bit_width(value) - 1;
  std::uint64_t x = whole >= 31 ? value >> (whole - 31) : value << (31 - whole);  // [1, 2) as 1.31
  int fraction = 0;
  for (int i = 0; i < 8; ++i) {
    x = (x * x) >> 31;
    fraction <<= 1;
    if (x >= (std::uint64_t{2} << 31)) {
      x >>= 1;
      fraction |= 1;
    }
  }
  return whole * 256 + fraction;
}

SizeModel::SizeModel(Quantizer quantizer, std::size_t bytes)
    : first_{log2_step(quantizer), log2_size(bytes)}, last_(first_) {}

void SizeModel::add(Quantizer quantizer, std::size_t bytes) {
  first_ = last_;
  last_ = {log2_step(quantizer), log2_size(bytes)};
  ++seen_;
}

int SizeModel::slope() const {
  const int across = first_.step - last_.step;
  if (seen_ < 2 || std::abs(across) < 24) return kUsualSlope;
  return std::clamp((last_.size - first_.size) * 256 / across, kLeastSlope, kMostSlope);
}

Quantizer SizeModel::quantizer_for(std::size_t bytes) const {
  const int wanted = log2_size(bytes);
  const bool from_first = seen_ >= 2 && std::abs(first_.size - wanted) < std::abs(last_.size - wanted);
  const Point& near = from_first ? first_ : last_;
  const int step = near.step + (near.size - wanted) * 256 / slope();
  Quantizer best = 0;
  for (Quantizer q = 1; q < 128; ++q)
    if (std::abs(log2_step(q) - step) <= std::abs(log2_step(best) - step)) best = q;
  return best;
}

}  // namespace skirret::codec
