#include "codec/decoder/reconstruction.hh"

#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "codec/kernels/intra_prediction.hh"
#include "codec/kernels/inverse_transform.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

std::int16_t scaled(int level, int factor) {
  return static_cast<std::int16_t>(level * factor);  // wraps at 16 bits, as in libvpx
}

// Ends of four neighbouring blocks, one in each byte.
std::uint32_t four_ends(const MacroblockCoefficients& coefficients, std::size_t first) {
  std::uint32_t ends;
  std::memcpy(&ends, coefficients.ends.data() + first, 4);
  return ends;
}
constexpr bool any_beyond_dc(std::uint32_t ends) {
  return (ends & 0xfefefefe) != 0;  // an end is at most 16
}

}  // namespace

Reconstruction::Reconstruction(const State& from, const FrameHeader& header, Dimensions dimensions,
                               const PicturePool* pool)
    : header_(header),
      kernels_(reconstruction_kernels()),
      profile_(inter_profile(header.profile)),
      levels_(header, effective_segmentation(from, header), effective_filter_deltas(from, header)),
      picture_(dimensions, pool),
      target_(picture_),
      filters_(static_cast<std::size_t>(dimensions.mb_count())) {
  const SegmentationState segmentation = effective_segmentation(from, header);
  for (int segment = 0; segment < 4; ++segment)
    factors_[static_cast<std::size_t>(segment)] =
        dequant_factors(effective_quantizer(header, segmentation, segment), header.quantizer);
  if (header.key_frame) return;
  for (const ReferenceFrame which : {ReferenceFrame::kLast, ReferenceFrame::kGolden, ReferenceFrame::kAltref})
    references_[static_cast<std::size_t>(which)] = ReferencePlanes(from.reference(which));
}

void Reconstruction::macroblock(int col, int row, const MacroblockModes& modes,
                                const MacroblockCoefficients* coefficients, bool filter_inner) {
  filters_[static_cast<std::size_t>(row * picture_.dimensions().mb_cols() + col)] = {levels_.of(modes),
                                                                                     filter_inner};
  if (modes.is_inter()) {
    predict_inter_macroblock(references_[static_cast<std::size_t>(modes.reference)], modes, col, row,
                             profile_, target_);
  } else {
    predict_intra_macroblock(col, row, modes, coefficients);
  }
  if (coefficients == nullptr) return;
  if (modes.luma != LumaMode::kSubblocks) add_luma_residue(col, row, modes, *coefficients);
  add_chroma_residue(col, row, modes, *coefficients);
}

void Reconstruction::predict_intra_macroblock(int col, int row, const MacroblockModes& modes,
                                              const MacroblockCoefficients* coefficients) {
  predict_chroma(target_.u, 8 * col, 8 * row, modes.chroma);
  predict_chroma(target_.v, 8 * col, 8 * row, modes.chroma);
  const MutablePlaneView& luma = target_.y;
  const int x = 16 * col, y = 16 * row;
  if (modes.luma != LumaMode::kSubblocks) {
    predict_luma(luma, x, y, modes.luma);
    return;
  }
  // Each block is predicted from its finished neighbours, so residues go in block by block.
  const BlockSteps steps{factors_[modes.segment].y_dc, factors_[modes.segment].y_ac};
  const auto above_right = macroblock_above_right(luma, x, y);
  for (int block = 0; block < 16; ++block) {
    const auto at = static_cast<std::size_t>(block);
    std::uint8_t* samples = luma.at(x + block % 4 * 4, y + block / 4 * 4);
    predict_subblock(subblock_edge(luma, x, y, block, above_right), modes.subblock_modes[at], samples,
                     luma.stride);
    if (coefficients == nullptr) continue;
    const auto& levels = coefficients->levels[at];
    if (coefficients->ends[at] > 1) {
      kernels_.add_block(levels.data(), steps, samples, luma.stride);
    } else if (coefficients->ends[at] == 1) {
      kernels_.inverse_dct_dc_add(scaled(levels[0], steps.dc), samples, luma.stride);
    }
  }
}

void Reconstruction::add_luma_residue(int col, int row, const MacroblockModes& modes,
                                      const MacroblockCoefficients& coefficients) {
  const DequantFactors& factors = factors_[modes.segment];
  const BlockSteps steps{factors.y_dc, factors.y_ac};
  const bool has_y2 = modes.has_y2();
  alignas(32) std::array<std::int16_t, 16> dcs;
  if (!has_y2) {
    for (std::size_t i = 0; i < 16; ++i) dcs[i] = scaled(coefficients.levels[i][0], steps.dc);
  } else if (const auto& y2 = coefficients.levels[kY2Block]; coefficients.ends[kY2Block] > 1) {
    kernels_.inverse_wht(y2.data(), {factors.y2_dc, factors.y2_ac}, dcs.data());
  } else {
    dcs.fill(inverse_wht_dc(scaled(y2[0], factors.y2_dc)));
  }
  std::uint8_t* samples = target_.y.at(16 * col, 16 * row);
  for (std::size_t strip = 0; strip < 16; strip += 4, samples += 4 * target_.y.stride) {
    std::uint64_t four_dcs;
    std::memcpy(&four_dcs, &dcs[strip], 8);
    if (any_beyond_dc(four_ends(coefficients, strip))) {
      kernels_.add_strip(coefficients.levels[strip].data(), steps, &dcs[strip], samples, target_.y.stride);
    } else if (four_dcs != 0) {
      kernels_.add_dc_strip(&dcs[strip], samples, target_.y.stride);
    }
  }
}

void Reconstruction::add_chroma_residue(int col, int row, const MacroblockModes& modes,
                                        const MacroblockCoefficients& coefficients) {
  const BlockSteps steps{factors_[modes.segment].uv_dc, factors_[modes.segment].uv_ac};
  for (const MutablePlaneView* plane : {&target_.u, &target_.v}) {
    const std::size_t first = plane == &target_.u ? 16 : 20;
    const std::uint32_t ends = four_ends(coefficients, first);
    if (ends == 0) continue;
    std::uint8_t* samples = plane->at(8 * col, 8 * row);
    if (any_beyond_dc(ends)) {
      kernels_.add_square(coefficients.levels[first].data(), steps, samples, plane->stride);
      continue;
    }
    for (std::size_t i = 0; i < 4; ++i)
      if (coefficients.ends[first + i] != 0)
        kernels_.inverse_dct_dc_add(
            scaled(coefficients.levels[first + i][0], steps.dc),
            samples + static_cast<std::ptrdiff_t>(i / 2 * 4) * plane->stride + i % 2 * 4, plane->stride);
  }
}

void Reconstruction::filter(int row) {
  if (header_.filter.level == 0) return;
  const StageScope scope(Stage::kLoopFilter);
  const auto cols = static_cast<std::size_t>(picture_.dimensions().mb_cols());
  filter_row(picture_, row, std::span(filters_).subspan(static_cast<std::size_t>(row) * cols, cols),
             header_.filter, header_.key_frame);
}

void Reconstruction::finish_row(int row) {
  if (row > 0) filter(row - 1);
}

Picture Reconstruction::finish() {
  filter(picture_.dimensions().mb_rows() - 1);
  return take();
}

Picture Reconstruction::take() {
  return Picture(std::move(picture_));
}

}  // namespace skirret::codec
