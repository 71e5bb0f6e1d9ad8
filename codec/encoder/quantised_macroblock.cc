#include "codec/encoder/quantised_macroblock.hh"

#include "codec/encoder/trellis.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {

bool quantise_block(const QuantisationRules& rules, BlockType type, const std::int16_t* coefficients,
                    std::size_t block, int context, QuantisedMacroblock& out) {
  const BlockQuantizer& quantizer = rules.of(type);
  std::int16_t* const levels = out.coefficients.levels[block].data();
  const std::uint32_t weight = type == BlockType::kY2 ? 1 : 4;
  const int first = type == BlockType::kLumaAfterY2 ? 1 : 0;
  QuantisedBlock quantised = rules.kernels->quantise(coefficients, quantizer, levels);
  if (quantised.end == 0) {  // then the error is all there is
    out.energy += std::uint64_t{quantised.error} * weight;
  } else {
    out.energy += std::uint64_t{rules.kernels->energy(coefficients)} * weight;
    if (rules.trellis)
      optimise_levels({type, coefficients, &quantizer, first, context, weight, rules.lambda}, *rules.costs,
                      levels, quantised);
  }
  out.error += std::uint64_t{quantised.error} * weight;
  out.cost += rules.costs->block(type, levels, first, quantised.end, context);
  out.coefficients.ends[block] = static_cast<std::uint8_t>(quantised.end);
  return quantised.end > 0;
}

void quantise_macroblock(const QuantisationRules& rules, const MacroblockTransform& transform, bool has_y2,
                         TokenContext above, TokenContext left, QuantisedMacroblock& out) {
  const StageScope scope(Stage::kQuantise);
  out.clear_totals();
  if (!has_y2) out.clear_block(kY2Block);
  const FrameQuantizer& q = *rules.quantizer;
  const bool luma_quiet = transform.luma.peak < q.luma_threshold;
  const bool chroma_quiet = transform.chroma.peak < q.chroma_threshold;
  const bool y2_quiet = !has_y2 || transform.y2.peak < q.y2_threshold;
  if (luma_quiet) out.energy += std::uint64_t{transform.luma.energy} * 4;
  if (chroma_quiet) out.energy += std::uint64_t{transform.chroma.energy} * 4;
  if (has_y2 && y2_quiet) out.energy += transform.y2.energy;
  out.error = out.energy;
  if (luma_quiet && chroma_quiet && y2_quiet) {  // then the macroblock is skipped: its tokens cost nothing
    out.coefficients.ends.fill(0);
    return;
  }
  visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
    const auto block = static_cast<std::size_t>(at);
    const bool quiet = type == BlockType::kY2       ? y2_quiet
                       : type == BlockType::kChroma ? chroma_quiet
                                                    : luma_quiet;
    if (quiet) {
      out.clear_block(block);
      out.cost += rules.costs->row(type, type == BlockType::kLumaAfterY2 ? 1 : 0, a + l, false)[kEndOfBlock];
      a = l = 0;
    } else {
      a = l = quantise_block(rules, type, transform.blocks[block], block, a + l, out);
    }
  });
}

void pass_contexts(const MacroblockCoefficients& coefficients, bool has_y2, TokenContext& above,
                   TokenContext& left) {
  visit_blocks(has_y2, above, left, [&](int at, BlockType, std::uint8_t& a, std::uint8_t& l) {
    a = l = coefficients.ends[static_cast<std::size_t>(at)] > 0;
  });
}

}  // namespace skirret::codec
