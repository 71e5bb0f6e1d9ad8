#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/kernels/instruction_set.hh"

// What an encoder needs to measure and to transform, as one table of functions. The scalar table is the
// reference; every other table gives the same numbers, so that decisions never depend on the machine.
namespace skirret::codec {

// Quantisation of one 4x4 block, all in raster order. level = ((|c| + round) * reciprocal) >> 16 with c's
// sign.
struct alignas(32) BlockQuantizer {
  std::int16_t round[16];
  std::uint16_t reciprocal[16];  // ceil(65536 / step)
  std::int16_t step[16];
};

struct QuantisedBlock {
  int end = 0;              // one past the last non-zero level in zigzag order; 0 = empty
  std::uint32_t error = 0;  // sum of squared differences between coefficients and level * step
};

// How large the coefficients of a block, or of several, are.
struct Magnitude {
  std::uint32_t energy = 0;  // sum of squares
  std::uint32_t peak = 0;    // largest absolute value
};

struct EncoderKernels {
  using Pixels = const std::uint8_t*;
  using Stride = std::ptrdiff_t;
  using Difference = std::uint32_t (*)(Pixels a, Stride a_stride, Pixels b, Stride b_stride);

  const char* name;

  Difference sad_16x16;
  Difference sad_16x8;
  Difference sad_8x16;
  Difference sad_8x8;
  Difference sad_4x4;

  // One block of `a` against four of `b`.
  using FourDifferences = void (*)(Pixels a, Stride a_stride, const Pixels (&b)[4], Stride b_stride,
                                   std::uint32_t (&out)[4]);
  FourDifferences four_sads_16x16;
  FourDifferences four_sads_8x8;

  // Half the sum of absolute 4x4 Hadamard coefficients over the area (comparable to SAD).
  Difference satd_16x16;
  Difference satd_16x8;
  Difference satd_8x16;
  Difference satd_8x8;
  Difference satd_4x4;

  // One 4x4 block of `a` against four of 16 samples each, one after another.
  void (*four_satds_4x4)(Pixels a, Stride a_stride, Pixels blocks, std::uint32_t (&out)[4]);

  // Sum of squared deviations of the samples' differences from their mean, as whole as integers make it
  // (squares - sum * sum / count). Of `a` alone, where `b` is a row of zeros with stride 0.
  Difference variance_16x16;
  Difference variance_16x8;
  Difference variance_8x16;
  Difference variance_8x8;
  Difference variance_4x4;

  // Sum of squared differences.
  Difference sse_16x16;
  Difference sse_8x8;

  // Forward DCT of source - prediction: amplitude of the format's inverse transform (a constant
  // difference d gives a DC of 8 d). Four blocks of a 16x4 row; of an 8x8 area in raster order; one block.
  void (*fdct_16x4)(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
                    std::int16_t* out);  // 64 values
  void (*fdct_8x8)(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
                   std::int16_t* out);  // 64 values
  void (*fdct_4x4)(Pixels source, Stride source_stride, Pixels prediction, Stride prediction_stride,
                   std::int16_t* out);  // 16 values

  // Forward Walsh-Hadamard transform of 16 luma DCs, each at most 2047 either way (the forward DCT's are at
  // most 2040).
  void (*fwht)(const std::int16_t* dcs, std::int16_t* out);

  // Levels of one block; `coefficients`, `levels` are 32-byte aligned arrays of 16.
  QuantisedBlock (*quantise)(const std::int16_t* coefficients, const BlockQuantizer& quantizer,
                             std::int16_t* levels);

  // Of one block (32-byte aligned), and of each of four one after another.
  Magnitude (*magnitude)(const std::int16_t* coefficients);
  void (*magnitude_of_4)(const std::int16_t* coefficients, Magnitude* out);

  // Six-tap prediction at an eighth-pel fraction (0..7 each way), exactly the format's (RFC 6386
  // section 18.3). `source` points at the block's whole-pel position; 2 samples before and 3 after it
  // on each side (and up to 16 bytes after a row's end) are readable.
  using SixTap = void (*)(Pixels source, Stride source_stride, int x_fraction, int y_fraction,
                          std::uint8_t* out, Stride out_stride, int rows);
  SixTap sixtap_16;  // 16 wide
  SixTap sixtap_8;   // 8 wide
  SixTap sixtap_4;   // 4 wide
};

const EncoderKernels& scalar_encoder_kernels();
const EncoderKernels* encoder_kernels_of(InstructionSet set);  // null where build or machine lacks it

// Of the chosen instruction set.
const EncoderKernels& encoder_kernels();

}  // namespace skirret::codec
