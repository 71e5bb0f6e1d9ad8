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
    : seen_{{log2_step(quantizer), log2_size(bytes)}} {}

void SizeModel::add(Quantizer quantizer, std::size_t bytes) {
  if (guess_) seen_.clear();
  guess_ = false;
  const Point point{log2_step(quantizer), log2_size(bytes)};
  seen_.insert(std::ranges::upper_bound(seen_, point.step, {}, &Point::step), point);
}

int SizeModel::slope() const {
  const int across = seen_.back().step - seen_.front().step;
  if (across < 24) return kUsualSlope;
  return std::clamp((seen_.front().size - seen_.back().size) * 256 / across, kLeastSlope, kMostSlope);
}

int SizeModel::step_for(int size) const {
  // The finest coding that is small enough; the one before it is too large.
  const auto small = std::ranges::find_if(seen_, [size](const Point& point) { return point.size <= size; });
  if (small == seen_.begin()) return small->step - (size - small->size) * 256 / slope();
  const Point& large = *(small - 1);
  if (small == seen_.end()) return large.step + (large.size - size) * 256 / slope();
  return large.step +
         (small->step - large.step) * (large.size - size) / std::max(1, large.size - small->size);
}

Quantizer SizeModel::quantizer_for(std::size_t bytes) const {
  const int step = step_for(log2_size(bytes));
  Quantizer best = 0;
  for (Quantizer q = 1; q < 128; ++q)
    if (std::abs(log2_step(q) - step) <= std::abs(log2_step(best) - step)) best = q;
  return best;
}

}  // namespace skirret::codec
