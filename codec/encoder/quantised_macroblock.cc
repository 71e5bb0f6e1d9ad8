#include "codec/encoder/quantised_macroblock.hh"

#include "codec/encoder/trellis.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {

namespace {

std::uint64_t weight_of(BlockType type) {
  return type == BlockType::kY2 ? 1 : 4;
}
int first_of(BlockType type) {
  return type == BlockType::kLumaAfterY2 ? 1 : 0;
}

void leave_empty(const QuantisationRules& rules, BlockType type, Magnitude size, std::size_t block,
                 int context, QuantisedMacroblock& out) {
  out.energy += size.energy * weight_of(type);
  out.error += size.energy * weight_of(type);
  out.cost += rules.costs->row(type, first_of(type), context, false)[kEndOfBlock];
  out.clear_block(block);
}

}  // namespace

bool quantise_block(const QuantisationRules& rules, BlockType type, const std::int16_t* coefficients,
                    Magnitude size, std::size_t block, int context, QuantisedMacroblock& out) {
  const std::uint64_t weight = weight_of(type);
  const int first = first_of(type);
  if (size.peak < rules.threshold(type)) {
    leave_empty(rules, type, size, block, context, out);
    return false;
  }
  out.energy += size.energy * weight;
  const BlockQuantizer& quantizer = rules.of(type);
  std::int16_t* const levels = out.coefficients.levels[block].data();
  QuantisedBlock quantised = rules.kernels->quantise(coefficients, quantizer, levels);
  Cost cost = 0;
  if (quantised.end != 0 && rules.trellis)
    cost = (rules.quick ? choose_levels_quickly : optimise_levels)(
        {type, coefficients, &quantizer, first, context, static_cast<std::uint32_t>(weight), rules.lambda},
        *rules.costs, levels, quantised);
  else if (rules.priced)
    cost = rules.costs->block(type, levels, first, quantised.end, context);
  out.error += quantised.error * weight;
  out.cost += cost;
  out.coefficients.ends[block] = static_cast<std::uint8_t>(quantised.end);
  return quantised.end > 0;
}

void leave_all_empty(const MacroblockTransform& transform, bool has_y2, QuantisedMacroblock& out) {
  out.cost = 0;
  out.energy = (std::uint64_t{transform.luma.energy} + transform.chroma.energy) * 4;
  if (has_y2) out.energy += transform.y2.energy;
  out.error = out.energy;
  out.coefficients.ends.fill(0);
}

void quantise_macroblock(const QuantisationRules& rules, const MacroblockTransform& transform, bool has_y2,
                         TokenContext above, TokenContext left, QuantisedMacroblock& out,
                         const MacroblockCoefficients* finer) {
  const StageScope scope(Stage::kQuantise);
  out.clear_totals();
  if (!has_y2) out.clear_block(kY2Block);
  const FrameQuantizer& q = *rules.quantizer;
  const bool y2_quiet = !has_y2 || transform.y2.peak < q.y2_threshold;
  if (transform.luma.peak < q.luma_threshold && transform.chroma.peak < q.chroma_threshold && y2_quiet) {
    // Then the macroblock is skipped: its tokens cost nothing.
    leave_all_empty(transform, has_y2, out);
    return;
  }
  visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
    const auto block = static_cast<std::size_t>(at);
    if (finer != nullptr && finer->ends[block] == 0) {
      leave_empty(rules, type, transform.sizes[block], block, a + l, out);
      a = l = 0;
    } else {
      a = l = quantise_block(rules, type, transform.blocks[block], transform.sizes[block], block, a + l, out);
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
