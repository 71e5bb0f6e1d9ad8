#include "codec/decoder/reconstruction.hh"

#include <utility>

#include "codec/kernels/intra_prediction.hh"
#include "codec/kernels/inverse_transform.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

using Levels = std::array<std::int16_t, 16>;

std::int16_t scaled(int level, int factor) {
  return static_cast<std::int16_t>(level * factor);  // wraps at 16 bits, as in libvpx
}

Levels dequantised(const Levels& levels, int dc_factor, int ac_factor) {
  Levels result;
  for (std::size_t i = 0; i < 16; ++i) result[i] = scaled(levels[i], ac_factor);
  result[0] = scaled(levels[0], dc_factor);
  return result;
}

// Adds one block whose tokens ended at `end`. Beyond a lone DC the whole transform is needed.
void add_block(const Levels& levels, int end, int dc_factor, int ac_factor, std::uint8_t* samples,
               std::ptrdiff_t stride) {
  if (end > 1) {
    const Levels coefficients = dequantised(levels, dc_factor, ac_factor);
    reconstruction_kernels().inverse_dct_add(coefficients.data(), samples, stride);
  } else if (end == 1) {
    reconstruction_kernels().inverse_dct_dc_add(scaled(levels[0], dc_factor), samples, stride);
  }
}

// The luma blocks' DCs, from the Y2 block.
Levels luma_dc(const MacroblockCoefficients& coefficients, const DequantFactors& factors) {
  const Levels& y2 = coefficients.levels[kY2Block];
  if (coefficients.ends[kY2Block] > 1) return inverse_wht(dequantised(y2, factors.y2_dc, factors.y2_ac));
  Levels flat;
  flat.fill(inverse_wht_dc(scaled(y2[0], factors.y2_dc)));
  return flat;
}

}  // namespace

Reconstruction::Reconstruction(const State& from, const FrameHeader& header, Dimensions dimensions)
    : from_(from),
      header_(header),
      profile_(inter_profile(header.profile)),
      levels_(header, effective_segmentation(from, header), effective_filter_deltas(from, header)),
      picture_(dimensions),
      current_filters_(static_cast<std::size_t>(dimensions.mb_cols())),
      previous_filters_(static_cast<std::size_t>(dimensions.mb_cols())) {
  const SegmentationState segmentation = effective_segmentation(from, header);
  for (int segment = 0; segment < 4; ++segment)
    factors_[static_cast<std::size_t>(segment)] =
        dequant_factors(effective_quantizer(header, segmentation, segment), header.quantizer);
}

void Reconstruction::macroblock(int col, int row, const MacroblockModes& modes,
                                const MacroblockCoefficients* coefficients, bool filter_inner) {
  current_filters_[static_cast<std::size_t>(col)] = {levels_.of(modes), filter_inner};
  if (modes.is_inter()) {
    predict_inter_macroblock(from_.reference(modes.reference), modes, col, row, profile_, picture_);
  } else {
    predict_intra_macroblock(col, row, modes, coefficients);
  }
  if (coefficients == nullptr) return;
  if (modes.luma != LumaMode::kSubblocks) add_luma_residue(col, row, modes, *coefficients);
  add_chroma_residue(col, row, modes, *coefficients);
}

void Reconstruction::predict_intra_macroblock(int col, int row, const MacroblockModes& modes,
                                              const MacroblockCoefficients* coefficients) {
  for (const PlaneName name : {PlaneName::kU, PlaneName::kV})
    predict_chroma(picture_.plane(name), 8 * col, 8 * row, modes.chroma);
  const MutablePlaneView luma = picture_.plane(PlaneName::kY);
  const int x = 16 * col, y = 16 * row;
  if (modes.luma != LumaMode::kSubblocks) {
    predict_luma(luma, x, y, modes.luma);
    return;
  }
  // Each block is predicted from its finished neighbours, so residues go in block by block.
  const DequantFactors& factors = factors_[modes.segment];
  const auto above_right = macroblock_above_right(luma, x, y);
  for (int block = 0; block < 16; ++block) {
    const auto at = static_cast<std::size_t>(block);
    std::uint8_t* samples = luma.at(x + block % 4 * 4, y + block / 4 * 4);
    predict_subblock(subblock_edge(luma, x, y, block, above_right), modes.subblock_modes[at], samples,
                     luma.stride);
    if (coefficients != nullptr)
      add_block(coefficients->levels[at], coefficients->ends[at], factors.y_dc, factors.y_ac, samples,
                luma.stride);
  }
}

void Reconstruction::add_luma_residue(int col, int row, const MacroblockModes& modes,
                                      const MacroblockCoefficients& coefficients) {
  const DequantFactors& factors = factors_[modes.segment];
  const MutablePlaneView luma = picture_.plane(PlaneName::kY);
  const bool has_y2 = modes.has_y2();
  const Levels dc = has_y2 ? luma_dc(coefficients, factors) : Levels{};
  for (std::size_t block = 0; block < 16; ++block) {
    std::uint8_t* samples =
        luma.at(16 * col + static_cast<int>(block % 4) * 4, 16 * row + static_cast<int>(block / 4) * 4);
    const int end = coefficients.ends[block];
    if (!has_y2) {
      add_block(coefficients.levels[block], end, factors.y_dc, factors.y_ac, samples, luma.stride);
    } else if (end > 1) {
      Levels whole = dequantised(coefficients.levels[block], 0, factors.y_ac);
      whole[0] = dc[block];
      reconstruction_kernels().inverse_dct_add(whole.data(), samples, luma.stride);
    } else if (dc[block] != 0) {
      reconstruction_kernels().inverse_dct_dc_add(dc[block], samples, luma.stride);
    }
  }
}

void Reconstruction::add_chroma_residue(int col, int row, const MacroblockModes& modes,
                                        const MacroblockCoefficients& coefficients) {
  const DequantFactors& factors = factors_[modes.segment];
  for (const PlaneName name : {PlaneName::kU, PlaneName::kV}) {
    const MutablePlaneView plane = picture_.plane(name);
    const std::size_t first = name == PlaneName::kU ? 16 : 20;
    for (std::size_t i = 0; i < 4; ++i)
      add_block(coefficients.levels[first + i], coefficients.ends[first + i], factors.uv_dc, factors.uv_ac,
                plane.at(8 * col + static_cast<int>(i % 2) * 4, 8 * row + static_cast<int>(i / 2) * 4),
                plane.stride);
  }
}

void Reconstruction::filter(int row) {
  const StageScope scope(Stage::kLoopFilter);
  filter_row(picture_, row, previous_filters_, header_.filter, header_.key_frame);
}

void Reconstruction::finish_row(int row) {
  if (header_.filter.level == 0) return;
  if (row > 0) filter(row - 1);
  std::swap(current_filters_, previous_filters_);
}

Picture Reconstruction::finish() {
  if (header_.filter.level != 0) filter(picture_.dimensions().mb_rows() - 1);
  return Picture(std::move(picture_));
}

}  // namespace skirret::codec
