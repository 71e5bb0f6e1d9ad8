#include "codec/kernels/residue_scalar.hh"

#include <algorithm>
#include <array>

#include "codec/kernels/inverse_transform.hh"

namespace skirret::codec::scalar {
namespace {

using Block = std::array<std::int16_t, 16>;

Block dequantised(const std::int16_t* levels, BlockSteps steps) {
  Block result;
  for (std::size_t i = 0; i < 16; ++i)
    result[i] = static_cast<std::int16_t>(levels[i] * (i == 0 ? steps.dc : steps.ac));
  return result;
}

}  // namespace

void add_block(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride) {
  inverse_dct_add(dequantised(levels, steps).data(), samples, stride);
}

void add_strip(const std::int16_t* levels, BlockSteps steps, const std::int16_t* dcs, std::uint8_t* samples,
               std::ptrdiff_t stride) {
  for (int i = 0; i < 4; ++i) {
    Block block = dequantised(levels + 16 * i, steps);
    if (dcs != nullptr) block[0] = dcs[i];
    inverse_dct_add(block.data(), samples + 4 * i, stride);
  }
}

void add_square(const std::int16_t* levels, BlockSteps steps, std::uint8_t* samples, std::ptrdiff_t stride) {
  for (int i = 0; i < 4; ++i)
    add_block(levels + 16 * i, steps, samples + i / 2 * 4 * stride + i % 2 * 4, stride);
}

void add_dc_strip(const std::int16_t* dcs, std::uint8_t* samples, std::ptrdiff_t stride) {
  for (int i = 0; i < 4; ++i) inverse_dct_dc_add(dcs[i], samples + 4 * i, stride);
}

void inverse_wht(const std::int16_t* levels, BlockSteps steps, std::int16_t* dcs) {
  const Block result = codec::inverse_wht(dequantised(levels, steps));
  std::copy(result.begin(), result.end(), dcs);
}

}  // namespace skirret::codec::scalar
