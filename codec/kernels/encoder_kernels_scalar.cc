#include <cstdlib>

#include "codec/kernels/encoder_kernels.hh"

namespace skirret::codec {
namespace {

using Pixels = EncoderKernels::Pixels;
using Stride = EncoderKernels::Stride;

template <int kWidth, int kHeight>
std::uint32_t sad(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  std::uint32_t sum = 0;
  for (int y = 0; y < kHeight; ++y, a += a_stride, b += b_stride)
    for (int x = 0; x < kWidth; ++x) sum += static_cast<std::uint32_t>(std::abs(a[x] - b[x]));
  return sum;
}

template <int kSize>
void four_sads(Pixels a, Stride a_stride, const Pixels (&b)[4], Stride b_stride, std::uint32_t (&out)[4]) {
  for (int i = 0; i < 4; ++i) out[i] = sad<kSize, kSize>(a, a_stride, b[i], b_stride);
}

template <int kWidth, int kHeight>
std::uint32_t sse(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  std::uint32_t sum = 0;
  for (int y = 0; y < kHeight; ++y, a += a_stride, b += b_stride)
    for (int x = 0; x < kWidth; ++x) sum += static_cast<std::uint32_t>((a[x] - b[x]) * (a[x] - b[x]));
  return sum;
}

// Sum of absolute Hadamard coefficients of one 4x4 difference.
std::uint32_t hadamard_sum(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  int t[4][4];
  for (int x = 0; x < 4; ++x) {
    int d[4];
    for (int y = 0; y < 4; ++y) d[y] = a[y * a_stride + x] - b[y * b_stride + x];
    const int s0 = d[0] + d[2], s1 = d[1] + d[3], d0 = d[0] - d[2], d1 = d[1] - d[3];
    t[0][x] = s0 + s1;
    t[1][x] = d0 + d1;
    t[2][x] = s0 - s1;
    t[3][x] = d0 - d1;
  }
  std::uint32_t sum = 0;
  for (const auto& r : t) {
    const int s0 = r[0] + r[2], s1 = r[1] + r[3], d0 = r[0] - r[2], d1 = r[1] - r[3];
    sum += static_cast<std::uint32_t>(std::abs(s0 + s1) + std::abs(s0 - s1) + std::abs(d0 + d1) +
                                      std::abs(d0 - d1));
  }
  return sum;
}

template <int kWidth, int kHeight>
std::uint32_t satd(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  std::uint32_t sum = 0;
  for (int y = 0; y < kHeight; y += 4)
    for (int x = 0; x < kWidth; x += 4)
      sum += hadamard_sum(a + y * a_stride + x, a_stride, b + y * b_stride + x, b_stride);
  return sum / 2;
}

void four_satds_4x4(Pixels a, Stride a_stride, Pixels blocks, std::uint32_t (&out)[4]) {
  for (int i = 0; i < 4; ++i) out[i] = satd<4, 4>(a, a_stride, blocks + 16 * i, 4);
}

template <int kWidth, int kHeight>
std::uint32_t variance(Pixels a, Stride a_stride, Pixels b, Stride b_stride) {
  std::int64_t sum = 0, squares = 0;
  for (int y = 0; y < kHeight; ++y, a += a_stride, b += b_stride)
    for (int x = 0; x < kWidth; ++x) {
      sum += a[x] - b[x];
      squares += (a[x] - b[x]) * (a[x] - b[x]);
    }
  return static_cast<std::uint32_t>(squares - sum * sum / (kWidth * kHeight));
}

// The two odd outputs of a 4-point DCT use these (sqrt(2)·cos and sin of pi/8, times 4096 / sqrt(2) … as
// the inverse transform of RFC 6386 section 14.3 implies).
constexpr int kCosine = 5352, kSine = 2217;

void fdct_4x4(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
              std::int16_t* out) {
  int t[4][4];
  for (int x = 0; x < 4; ++x) {  // columns, kept at 8 times their amplitude
    int d[4];
    for (int y = 0; y < 4; ++y)
      d[y] = (source[y * source_stride + x] - prediction[y * prediction_stride + x]) * 8;
    const int a = d[0] + d[3], b = d[1] + d[2], c = d[1] - d[2], e = d[0] - d[3];
    t[0][x] = a + b;
    t[1][x] = (c * kSine + e * kCosine + 2048) >> 12;
    t[2][x] = a - b;
    t[3][x] = (e * kSine - c * kCosine + 2048) >> 12;
  }
  for (int y = 0; y < 4; ++y) {
    const int a = t[y][0] + t[y][3], b = t[y][1] + t[y][2], c = t[y][1] - t[y][2], e = t[y][0] - t[y][3];
    out[y * 4 + 0] = static_cast<std::int16_t>((a + b + 8) >> 4);
    out[y * 4 + 1] = static_cast<std::int16_t>((c * kSine + e * kCosine + 32768) >> 16);
    out[y * 4 + 2] = static_cast<std::int16_t>((a - b + 8) >> 4);
    out[y * 4 + 3] = static_cast<std::int16_t>((e * kSine - c * kCosine + 32768) >> 16);
  }
}

void fdct_16x4(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
               std::int16_t* out) {
  for (int i = 0; i < 4; ++i)
    fdct_4x4(source + 4 * i, source_stride, prediction + 4 * i, prediction_stride, out + 16 * i);
}

void fdct_8x8(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
              std::int16_t* out) {
  for (int i = 0; i < 4; ++i)
    fdct_4x4(source + (i / 2) * 4 * source_stride + (i % 2) * 4, source_stride,
             prediction + (i / 2) * 4 * prediction_stride + (i % 2) * 4, prediction_stride, out + 16 * i);
}

void fwht(const std::int16_t* dcs, std::int16_t* out) {
  int t[16];
  for (int y = 0; y < 4; ++y) {
    const std::int16_t* d = dcs + 4 * y;
    const int a = d[0] + d[3], b = d[1] + d[2], c = d[1] - d[2], e = d[0] - d[3];
    t[4 * y + 0] = a + b;
    t[4 * y + 1] = c + e;
    t[4 * y + 2] = a - b;
    t[4 * y + 3] = e - c;
  }
  for (int x = 0; x < 4; ++x) {
    const int a = t[x] + t[12 + x], b = t[4 + x] + t[8 + x], c = t[4 + x] - t[8 + x], e = t[x] - t[12 + x];
    const int sums[4] = {a + b, c + e, a - b, e - c};
    for (int y = 0; y < 4; ++y)  // halved, rounding half away from zero
      out[4 * y + x] = static_cast<std::int16_t>((sums[y] + (sums[y] > 0)) >> 1);
  }
}

constexpr int kZigzag[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

QuantisedBlock quantise(const std::int16_t* coefficients, const BlockQuantizer& quantizer,
                        std::int16_t* levels) {
  QuantisedBlock result;
  for (int i = 0; i < 16; ++i) {
    const int at = kZigzag[i];
    const int magnitude = std::abs(static_cast<int>(coefficients[at]));
    const int level = ((magnitude + quantizer.round[at]) * quantizer.reciprocal[at]) >> 16;
    const int difference = magnitude - level * quantizer.step[at];
    levels[at] = static_cast<std::int16_t>(coefficients[at] < 0 ? -level : level);
    result.error += static_cast<std::uint32_t>(difference * difference);
    if (level) result.end = i + 1;
  }
  return result;
}

Magnitude magnitude(const std::int16_t* coefficients) {
  Magnitude result;
  for (int i = 0; i < 16; ++i) {
    const auto size = static_cast<std::uint32_t>(std::abs(static_cast<int>(coefficients[i])));
    result.energy += size * size;
    result.peak = size > result.peak ? size : result.peak;
  }
  return result;
}

void magnitude_of_4(const std::int16_t* coefficients, Magnitude* out) {
  for (int i = 0; i < 4; ++i) out[i] = magnitude(coefficients + 16 * i);
}

// RFC 6386 section 18.3.
constexpr int kSixTaps[8][6] = {{0, 0, 128, 0, 0, 0},     {0, -6, 123, 12, -1, 0},  {2, -11, 108, 36, -8, 1},
                                {0, -9, 93, 50, -6, 0},   {3, -16, 77, 77, -16, 3}, {0, -6, 50, 93, -9, 0},
                                {1, -8, 36, 108, -11, 2}, {0, -1, 12, 123, -6, 0}};

std::uint8_t filtered(Pixels at, Stride step, const int (&taps)[6]) {
  int sum = 64;
  for (int i = 0; i < 6; ++i) sum += at[(i - 2) * step] * taps[i];
  sum >>= 7;
  return static_cast<std::uint8_t>(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

template <int kWidth>
void sixtap(Pixels source, Stride source_stride, int x_fraction, int y_fraction, std::uint8_t* out,
            Stride out_stride, int rows) {
  std::uint8_t across[21 * kWidth];
  const Pixels first = source - 2 * source_stride;
  for (int y = 0; y < rows + 5; ++y)
    for (int x = 0; x < kWidth; ++x)
      across[y * kWidth + x] = filtered(first + y * source_stride + x, 1, kSixTaps[x_fraction]);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < kWidth; ++x)
      out[y * out_stride + x] = filtered(across + (y + 2) * kWidth + x, kWidth, kSixTaps[y_fraction]);
}

}  // namespace

const EncoderKernels& scalar_encoder_kernels() {
  static constexpr EncoderKernels kTable = {
      .name = "scalar",
      .sad_16x16 = sad<16, 16>,
      .sad_16x8 = sad<16, 8>,
      .sad_8x16 = sad<8, 16>,
      .sad_8x8 = sad<8, 8>,
      .sad_4x4 = sad<4, 4>,
      .four_sads_16x16 = four_sads<16>,
      .four_sads_8x8 = four_sads<8>,
      .satd_16x16 = satd<16, 16>,
      .satd_16x8 = satd<16, 8>,
      .satd_8x16 = satd<8, 16>,
      .satd_8x8 = satd<8, 8>,
      .satd_4x4 = satd<4, 4>,
      .four_satds_4x4 = four_satds_4x4,
      .variance_16x16 = variance<16, 16>,
      .variance_16x8 = variance<16, 8>,
      .variance_8x16 = variance<8, 16>,
      .variance_8x8 = variance<8, 8>,
      .variance_4x4 = variance<4, 4>,
      .sse_16x16 = sse<16, 16>,
      .sse_8x8 = sse<8, 8>,
      .fdct_16x4 = fdct_16x4,
      .fdct_8x8 = fdct_8x8,
      .fdct_4x4 = fdct_4x4,
      .fwht = fwht,
      .quantise = quantise,
      .magnitude = magnitude,
      .magnitude_of_4 = magnitude_of_4,
      .sixtap_16 = sixtap<16>,
      .sixtap_8 = sixtap<8>,
      .sixtap_4 = sixtap<4>,
  };
  return kTable;
}

}  // namespace skirret::codec
