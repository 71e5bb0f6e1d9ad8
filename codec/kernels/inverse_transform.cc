#include "codec/kernels/inverse_transform.hh"

#include <algorithm>

namespace skirret::codec {
namespace {

// 16-bit two's complement results of sums and differences made in int.
constexpr std::int16_t wrap(int value) {
  return static_cast<std::int16_t>(value);
}
// x * sqrt(2) * sin(pi/8) and x * sqrt(2) * cos(pi/8) in 16-bit fixed point.
constexpr int by_sine(int x) {
  return (x * 35468) >> 16;
}
constexpr int by_cosine(int x) {
  return x + ((x * 20091) >> 16);
}
constexpr std::uint8_t clamp_sample(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

struct Four {
  std::int16_t at[4];
};

constexpr Four inverse_dct_line(int i0, int i1, int i2, int i3) {
  const int a = i0 + i2;
  const int b = i0 - i2;
  const int c = by_sine(i1) - by_cosine(i3);
  const int d = by_cosine(i1) + by_sine(i3);
  return {{wrap(a + d), wrap(b + c), wrap(b - c), wrap(a - d)}};
}

constexpr Four inverse_wht_line(int i0, int i1, int i2, int i3) {
  const int a = i0 + i3;
  const int b = i1 + i2;
  const int c = i1 - i2;
  const int d = i0 - i3;
  return {{wrap(a + b), wrap(c + d), wrap(a - b), wrap(d - c)}};
}

}  // namespace

std::array<std::int16_t, 16> inverse_wht(const std::array<std::int16_t, 16>& in) {
  std::array<std::int16_t, 16> columns;
  for (std::size_t i = 0; i < 4; ++i) {
    const Four out = inverse_wht_line(in[i], in[i + 4], in[i + 8], in[i + 12]);
    for (std::size_t k = 0; k < 4; ++k) columns[i + 4 * k] = out.at[k];
  }
  std::array<std::int16_t, 16> result;
  for (std::size_t i = 0; i < 16; i += 4) {
    const Four out = inverse_wht_line(columns[i], columns[i + 1], columns[i + 2], columns[i + 3]);
    for (std::size_t k = 0; k < 4; ++k) result[i + k] = static_cast<std::int16_t>(wrap(out.at[k] + 3) >> 3);
  }
  return result;
}

std::int16_t inverse_wht_dc(std::int16_t dc) {
  return static_cast<std::int16_t>((dc + 3) >> 3);
}

void inverse_dct_add(const std::int16_t* in, std::uint8_t* samples, std::ptrdiff_t stride) {
  std::int16_t columns[16];
  for (int i = 0; i < 4; ++i) {
    const Four out = inverse_dct_line(in[i], in[i + 4], in[i + 8], in[i + 12]);
    for (int k = 0; k < 4; ++k) columns[i + 4 * k] = out.at[k];
  }
  for (int y = 0; y < 4; ++y) {
    const std::int16_t* line = columns + 4 * y;
    const Four out = inverse_dct_line(line[0], line[1], line[2], line[3]);
    for (int x = 0; x < 4; ++x)
      samples[y * stride + x] = clamp_sample(samples[y * stride + x] + (wrap(out.at[x] + 4) >> 3));
  }
}

void inverse_dct_dc_add(std::int16_t dc, std::uint8_t* samples, std::ptrdiff_t stride) {
  const int residue = wrap(dc + 4) >> 3;
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) samples[y * stride + x] = clamp_sample(samples[y * stride + x] + residue);
}

}  // namespace skirret::codec
