#include "codec/encoder/block_prediction.hh"

#include <cstring>

#include "codec/base/check.hh"
#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::codec {
namespace {

void copy_block(const std::uint8_t* source, std::ptrdiff_t stride, int width, int height, std::uint8_t* out,
                std::ptrdiff_t out_stride) {
  for (int y = 0; y < height; ++y)
    std::memcpy(out + y * out_stride, source + y * stride, static_cast<std::size_t>(width));
}

void predict_fraction(const EncoderKernels& kernels, const std::uint8_t* source, std::ptrdiff_t stride,
                      int x_fraction, int y_fraction, int width, int height, bool bilinear, std::uint8_t* out,
                      std::ptrdiff_t out_stride) {
  if ((x_fraction | y_fraction) == 0) {
    copy_block(source, stride, width, height, out, out_stride);
  } else if (bilinear) {
    reconstruction_kernels().bilinear(source, stride, {width, height, x_fraction, y_fraction}, out,
                                      out_stride);
  } else {
    const auto sixtap = width == 16 ? kernels.sixtap_16 : width == 8 ? kernels.sixtap_8 : kernels.sixtap_4;
    sixtap(source, stride, x_fraction, y_fraction, out, out_stride, height);
  }
}

// Chroma vectors of a split macroblock: the mean of four luma vectors, rounded away from zero at halves.
int mean_of_four(int sum) {
  return (sum + (sum < 0 ? -2 : 2)) / 4;
}

MotionVector chroma_vector(const MacroblockModes& modes, int column, int row) {
  int sum_row = 0, sum_col = 0;
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<std::size_t>((row * 2 + i / 2) * 4 + column * 2 + i % 2);
    sum_row += modes.vectors[at].row;
    sum_col += modes.vectors[at].col;
  }
  return {static_cast<std::int16_t>(mean_of_four(sum_row)), static_cast<std::int16_t>(mean_of_four(sum_col))};
}

MotionVector whole_pel(MotionVector v, bool wanted) {
  return wanted ? MotionVector{static_cast<std::int16_t>(v.row & ~7), static_cast<std::int16_t>(v.col & ~7)}
                : v;
}

void predict_split(const EncoderKernels& kernels, const PaddedReference& reference, int column, int row,
                   const MacroblockModes& modes, std::uint8_t profile, MacroblockPixels& out) {
  const bool bilinear = profile != 0;
  const int size = modes.split == SplitKind::kSixteenths ? 4 : 8;
  for (int y = 0; y < 16; y += size)
    for (int x = 0; x < 16; x += size)
      predict_luma_block(kernels, reference, column * 16 + x, row * 16 + y, size, size,
                         modes.vectors[static_cast<std::size_t>(y + x / 4)], bilinear, out.luma + y * 16 + x,
                         16);
  for (int plane = 1; plane <= 2; ++plane)
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 2; ++x)
        predict_chroma_block(kernels, reference, plane, column * 8 + x * 4, row * 8 + y * 4, 4,
                             whole_pel(chroma_vector(modes, x, y), profile >= 3), bilinear,
                             out.chroma[plane - 1] + y * 32 + x * 4, 8);
}

}  // namespace

void predict_luma_block(const EncoderKernels& kernels, const PaddedReference& reference, int x, int y,
                        int width, int height, MotionVector vector, bool bilinear, std::uint8_t* out,
                        std::ptrdiff_t out_stride) {
  predict_fraction(kernels, reference.at(0, x + (vector.col >> 2), y + (vector.row >> 2)),
                   reference.stride(0), (vector.col & 3) * 2, (vector.row & 3) * 2, width, height, bilinear,
                   out, out_stride);
}

void predict_chroma_block(const EncoderKernels& kernels, const PaddedReference& reference, int plane, int x,
                          int y, int size, MotionVector eighths, bool bilinear, std::uint8_t* out,
                          std::ptrdiff_t out_stride) {
  predict_fraction(kernels, reference.at(plane, x + (eighths.col >> 3), y + (eighths.row >> 3)),
                   reference.stride(plane), eighths.col & 7, eighths.row & 7, size, size, bilinear, out,
                   out_stride);
}

void predict_macroblock(const EncoderKernels& kernels, const PaddedReference& reference, int column, int row,
                        const MacroblockModes& modes, std::uint8_t profile, MacroblockPixels& out) {
  SKIRRET_CHECK(modes.is_inter());
  if (modes.luma == LumaMode::kSplit) {
    predict_split(kernels, reference, column, row, modes, profile, out);
    return;
  }
  const bool bilinear = profile != 0;
  predict_luma_block(kernels, reference, column * 16, row * 16, 16, 16, modes.vector, bilinear, out.luma, 16);
  const MotionVector eighths = whole_pel(modes.vector, profile >= 3);
  for (int plane = 1; plane <= 2; ++plane)
    predict_chroma_block(kernels, reference, plane, column * 8, row * 8, 8, eighths, bilinear,
                         out.chroma[plane - 1], 8);
}

}  // namespace skirret::codec
