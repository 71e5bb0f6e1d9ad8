#include "codec/encoder/size_model.hh"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "codec/bitstream/tables/quantizer_tables.hh"

namespace skirret::codec {
namespace {

constexpr int kUsualSlope = 330;  // measured on camera clips: sizes fall by 2^1.3 where steps double
constexpr int kFarthest = 448;    // octaves of step in 1/256 beyond what was seen

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
    : points_{{log2_step(quantizer), log2_size(bytes)}} {}

void SizeModel::add(Quantizer quantizer, std::size_t bytes) {
  if (assumed_) points_.clear();
  assumed_ = false;
  points_.push_back({log2_step(quantizer), log2_size(bytes)});
}

Quantizer SizeModel::nearest_quantizer(int step) {
  Quantizer best = 0;
  for (Quantizer q = 1; q < 128; ++q)
    if (std::abs(log2_step(q) - step) <= std::abs(log2_step(best) - step)) best = q;
  return best;
}

Quantizer SizeModel::quantizer_for(std::size_t bytes) const {
  const int wanted = log2_size(bytes);
  const Point* larger = nullptr;   // the coarsest coding that is still too large
  const Point* smaller = nullptr;  // the finest one that is not
  for (const Point& point : points_) {
    if (point.size > wanted) {
      if (larger == nullptr || point.step > larger->step) larger = &point;
    } else if (smaller == nullptr || point.step < smaller->step) {
      smaller = &point;
    }
  }
  if (larger != nullptr && smaller != nullptr && larger->step < smaller->step) {
    const int across = smaller->step - larger->step;
    const int part = across * (larger->size - wanted) / std::max(larger->size - smaller->size, 1);
    // Away from the ends, so that a bent curve cannot hold the search at one of them.
    return nearest_quantizer(larger->step + std::clamp(part, across / 8, across - across / 8));
  }
  const Point& from = larger != nullptr ? *larger : *smaller;
  const int away = (from.size - wanted) * 256 / kUsualSlope;
  return nearest_quantizer(from.step + (assumed_ ? away : std::clamp(away, -kFarthest, kFarthest)));
}

}  // namespace skirret::codec
