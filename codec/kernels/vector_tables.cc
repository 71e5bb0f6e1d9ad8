// One instruction set's tables; compiled once for each.
#include "codec/kernels/vector_tables.hh"

#include "codec/kernels/encoder_kernels_avx2.hh"
#include "codec/kernels/reconstruction_avx2.hh"

#define SKIRRET_TEXT_OF(name) #name
#define SKIRRET_TEXT(name) SKIRRET_TEXT_OF(name)

namespace skirret::codec::SKIRRET_VECTOR_SET {
namespace {

constexpr const char* kName = SKIRRET_TEXT(SKIRRET_VECTOR_SET);

}  // namespace

const EncoderKernels& encoder_table() {
  static const EncoderKernels table = [] {
    EncoderKernels made = scalar_encoder_kernels();  // what has no vector form stays scalar
    made.name = kName;
    add_differences(made);
    add_transforms(made);
    add_sixtap(made);
    return made;
  }();
  return table;
}

const ReconstructionKernels& reconstruction_table() {
  static constexpr ReconstructionKernels kTable = {
    .name = kName,
#if defined(SKIRRET_VECTOR_TARGET)
    .read_tokens = read_tokens_bmi2,
#else
    .read_tokens = read_tokens,
#endif
    .sixtap = sixtap,
    .bilinear = bilinear,
    .sixtap_chroma = sixtap_chroma,
    .bilinear_chroma = bilinear_chroma,
    .intra_16x16 = intra_16x16,
    .intra_8x8 = intra_8x8,
    .intra_4x4 = intra_4x4,
    .all_intra_4x4 = all_intra_4x4,
    .inverse_dct_add = inverse_dct_add,
    .inverse_dct_dc_add = inverse_dct_dc_add,
    .add_block = add_block,
    .add_strip = add_strip,
    .add_square = add_square,
    .add_dc_strip = add_dc_strip,
    .inverse_wht = inverse_wht,
    .filter_normal = filter_normal,
    .filter_simple = filter_simple,
  };
  return kTable;
}

}  // namespace skirret::codec::SKIRRET_VECTOR_SET
