#include "codec/encoder/intra_coder.hh"

#include <algorithm>
#include <limits>

#include "codec/bitstream/tables/mode_tables.hh"
#include "codec/encoder/cost_counter.hh"
#include "codec/encoder/residue.hh"
#include "codec/encoder/transform_macroblock.hh"
#include "codec/kernels/intra_prediction.hh"
#include "codec/kernels/reconstruction_kernels.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

constexpr std::size_t kModes = kSubblockModeCount;
using SubblockCosts = std::array<std::uint16_t, kModes>;

SubblockCosts subblock_costs(const std::array<std::uint8_t, 9>& probabilities) {
  SubblockCosts costs{};
  for (std::size_t mode = 0; mode < kModes; ++mode)
    costs[mode] = static_cast<std::uint16_t>(
        tree_cost(tables::kSubblockModeTree, probabilities, static_cast<int>(mode)));
  return costs;
}

// By [above][left]; constants of the format.
const std::array<std::array<SubblockCosts, kModes>, kModes>& key_subblock_costs() {
  static const auto table = [] {
    std::array<std::array<SubblockCosts, kModes>, kModes> made{};
    for (std::size_t above = 0; above < kModes; ++above)
      for (std::size_t left = 0; left < kModes; ++left)
        made[above][left] = subblock_costs(tables::kKeySubblockModeProbabilities[above][left]);
    return made;
  }();
  return table;
}

const SubblockCosts& inter_subblock_costs() {
  static const SubblockCosts table = subblock_costs(tables::kSubblockModeProbabilities);
  return table;
}

}  // namespace

IntraModeCosts::IntraModeCosts(bool key_frame, const Probabilities& probabilities) : key_frame_(key_frame) {
  for (std::size_t mode = 0; mode < luma_.size(); ++mode)
    luma_[mode] = key_frame
                      ? tree_cost(tables::kKeyLumaTree, tables::kKeyLumaProbabilities, static_cast<int>(mode))
                      : tree_cost(tables::kLumaTree, probabilities.luma_modes, static_cast<int>(mode));
  for (std::size_t mode = 0; mode < chroma_.size(); ++mode)
    chroma_[mode] =
        key_frame ? tree_cost(tables::kChromaTree, tables::kKeyChromaProbabilities, static_cast<int>(mode))
                  : tree_cost(tables::kChromaTree, probabilities.chroma_modes, static_cast<int>(mode));
}

Cost IntraModeCosts::subblock(SubblockMode above, SubblockMode left, SubblockMode mode) const {
  const auto& row =
      key_frame_ ? key_subblock_costs()[static_cast<std::size_t>(above)][static_cast<std::size_t>(left)]
                 : inter_subblock_costs();
  return row[static_cast<std::size_t>(mode)];
}

IntraCoder::IntraCoder(const Picture& target, const QuantisationRules& rules, const IntraModeCosts& costs,
                       bool key_frame, PartialReconstruction& reconstruction, IntraDepth depth)
    : target_(target),
      rules_(rules),
      costs_(costs),
      key_frame_(key_frame),
      reconstruction_(reconstruction),
      depth_(depth) {}

void IntraCoder::code(int col, int row, const Neighbours& around, const TokenContext& above,
                      const TokenContext& left, bool try_subblocks, Score limit, IntraChoice& choice) {
  const StageScope scope(Stage::kIntra);
  reconstruction_.prepare_neighbours(col, row);
  code_chroma(col, row, above, left);
  code_whole(col, row, above, left);
  limit = std::min(limit, whole_.score(rules_.lambda));
  choice = try_subblocks && code_subblocks(col, row, around, above, left, limit) ? parts_ : whole_;
}

void IntraCoder::code_chroma(int col, int row, const TokenContext& above, const TokenContext& left) {
  alignas(32) std::uint8_t prediction[4][2][64];
  constexpr PlaneName kPlanes[2] = {PlaneName::kU, PlaneName::kV};
  std::uint32_t best = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t mode = 0; mode < 4; ++mode) {
    std::uint32_t satd = 0;
    for (int i = 0; i < 2; ++i) {
      const PlaneView source = target_.plane(kPlanes[i]);
      predict_chroma_into(reconstruction_.plane(kPlanes[i]), col * 8, row * 8, static_cast<ChromaMode>(mode),
                          prediction[mode][i], 8);
      satd += rules_.kernels->satd_8x8(source.at(col * 8, row * 8), source.stride, prediction[mode][i], 8);
    }
    const std::uint32_t score =
        satd_score(satd, costs_.chroma(static_cast<ChromaMode>(mode)), rules_.quantizer->satd_lambda);
    if (score >= best) continue;
    best = score;
    chroma_mode_ = static_cast<ChromaMode>(mode);
  }
  const auto& chosen = prediction[static_cast<std::size_t>(chroma_mode_)];
  quantise_chroma(col, row, {chosen[0], chosen[1]}, above, left);
}

void IntraCoder::quantise_chroma(int col, int row, const std::uint8_t* const (&prediction)[2],
                                 const TokenContext& above, const TokenContext& left) {
  transform_chroma(*rules_.kernels, target_, col, row, prediction, 8, transform_);
  chroma_.clear_totals();
  TokenContext over = above, beside = left;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint8_t& a = over.coded[4 + i / 4 * 2 + i % 2];
    std::uint8_t& l = beside.coded[4 + i / 4 * 2 + i % 4 / 2];
    a = l = quantise_block(rules_, BlockType::kChroma, transform_.blocks[16 + i], transform_.sizes[16 + i],
                           16 + i, a + l, chroma_);
  }
}

void IntraCoder::code_whole(int col, int row, const TokenContext& above, const TokenContext& left) {
  alignas(32) std::uint8_t prediction[4][256];
  const PlaneView source = target_.plane(PlaneName::kY);
  Ranking ranking(depth_.whole_tries);
  for (std::size_t mode = 0; mode < 4; ++mode) {
    predict_luma_into(reconstruction_.plane(PlaneName::kY), col * 16, row * 16, static_cast<LumaMode>(mode),
                      prediction[mode], 16);
    ranking.offer(mode, satd_score(rules_.kernels->satd_16x16(source.at(col * 16, row * 16), source.stride,
                                                              prediction[mode], 16),
                                   costs_.luma(static_cast<LumaMode>(mode)), rules_.quantizer->satd_lambda));
  }
  for (std::size_t i = 0; i < ranking.count(); ++i) {
    IntraChoice& choice = i == 0 ? whole_ : trial_;
    const std::size_t mode = ranking.at(i);
    transform_luma(*rules_.kernels, target_, col, row, prediction[mode], 16, true, transform_);
    quantise_macroblock(rules_, transform_, true, above, left, choice.quantised);
    choice.modes = MacroblockModes{};
    choice.modes.luma = static_cast<LumaMode>(mode);
    choice.modes.chroma = chroma_mode_;
    if (key_frame_) choice.modes.subblock_modes.fill(implied_subblock_mode(choice.modes.luma));
    choice.mode_cost = costs_.luma(choice.modes.luma) + costs_.chroma(chroma_mode_);
    if (i > 0 && choice.score(rules_.lambda) < whole_.score(rules_.lambda)) whole_ = choice;
  }
}

IntraCoder::Ranking IntraCoder::rank_subblock_modes(const std::uint8_t* source, const SubblockEdge& edge,
                                                    SubblockMode above, SubblockMode left) const {
  const std::ptrdiff_t stride = target_.plane(PlaneName::kY).stride;
  Ranking ranking(depth_.subblock_tries);
  alignas(16) std::uint8_t trials[kModes][16];
  reconstruction_kernels().all_intra_4x4(edge, trials[0]);
  std::array<std::uint32_t, kModes> satds;
  for (const std::size_t first : {std::size_t{0}, std::size_t{4}, kModes - 4}) {
    std::uint32_t four[4];
    rules_.kernels->four_satds_4x4(source, stride, trials[first], four);
    std::copy_n(four, 4, satds.begin() + static_cast<std::ptrdiff_t>(first));
  }
  for (std::size_t mode = 0; mode < kModes; ++mode)
    ranking.offer(mode, satd_score(satds[mode], costs_.subblock(above, left, static_cast<SubblockMode>(mode)),
                                   rules_.quantizer->satd_lambda));
  return ranking;
}

void IntraCoder::code_as(int col, int row, const MacroblockModes& modes, const TokenContext& above,
                         const TokenContext& left, IntraChoice& choice) {
  const StageScope scope(Stage::kIntra);
  reconstruction_.prepare_neighbours(col, row);
  alignas(32) std::uint8_t prediction[256];
  for (int i = 0; i < 2; ++i)
    predict_chroma_into(reconstruction_.plane(i == 0 ? PlaneName::kU : PlaneName::kV), col * 8, row * 8,
                        modes.chroma, prediction + 64 * i, 8);
  quantise_chroma(col, row, {prediction, prediction + 64}, above, left);
  choice.modes = modes;
  if (modes.luma == LumaMode::kSubblocks) {
    subblocks_as(col, row, modes, above, left, choice.quantised);
    return;
  }
  predict_luma_into(reconstruction_.plane(PlaneName::kY), col * 16, row * 16, modes.luma, prediction, 16);
  transform_luma(*rules_.kernels, target_, col, row, prediction, 16, true, transform_);
  quantise_macroblock(rules_, transform_, true, above, left, choice.quantised);
}

// Leaves the macroblock's reconstruction in place, as its blocks are predicted from each other.
void IntraCoder::subblocks_as(int col, int row, const MacroblockModes& modes, const TokenContext& above,
                              const TokenContext& left, QuantisedMacroblock& out) {
  const int x = col * 16, y = row * 16;
  const MutablePlaneView plane = reconstruction_.plane(PlaneName::kY);
  const PlaneView source = target_.plane(PlaneName::kY);
  out = chroma_;
  out.clear_block(kY2Block);
  TokenContext over = above, beside = left;
  const auto above_right = macroblock_above_right(plane, x, y);
  for (std::size_t i = 0; i < 16; ++i) {
    const int block = static_cast<int>(i), at_x = x + block % 4 * 4, at_y = y + block / 4 * 4;
    alignas(32) std::int16_t coefficients[16];
    std::uint8_t* const samples = plane.at(at_x, at_y);
    predict_subblock(subblock_edge(plane, x, y, block, above_right), modes.subblock_modes[i], samples,
                     plane.stride);
    rules_.kernels->fdct_4x4(source.at(at_x, at_y), source.stride, samples, plane.stride, coefficients);
    std::uint8_t &a = over.coded[i % 4], &l = beside.coded[i / 4];
    a = l = quantise_block(rules_, BlockType::kLumaWithDc, coefficients,
                           rules_.kernels->magnitude(coefficients), i, a + l, out);
    add_residue(out.coefficients.levels[i], out.coefficients.ends[i], rules_.quantizer->luma, samples,
                plane.stride);
  }
}

// Codes one block in the best of some modes, and leaves its prediction.
SubblockMode IntraCoder::code_subblock(const Ranking& ranking, const std::uint8_t* source,
                                       const SubblockEdge& edge, SubblockMode above, SubblockMode left,
                                       std::size_t block, int context, std::uint8_t* prediction) {
  QuantisedMacroblock& q = parts_.quantised;
  struct Coded {
    std::array<std::int16_t, 16> levels;
    std::uint8_t end;
    Cost cost, mode_cost;
    std::uint64_t error, energy;
    std::size_t mode;
  } best{};
  const Cost cost = q.cost, mode_cost = parts_.mode_cost;
  const std::uint64_t error = q.error, energy = q.energy;
  Score least = std::numeric_limits<Score>::max();
  for (std::size_t i = 0; i < ranking.count(); ++i) {
    const auto mode = static_cast<SubblockMode>(ranking.at(i));
    alignas(32) std::int16_t coefficients[16];
    alignas(16) std::uint8_t trial[16];
    predict_subblock(edge, mode, trial, 4);
    rules_.kernels->fdct_4x4(source, target_.plane(PlaneName::kY).stride, trial, 4, coefficients);
    q.cost = cost;
    q.error = error;
    q.energy = energy;
    parts_.mode_cost = mode_cost + costs_.subblock(above, left, mode);
    quantise_block(rules_, BlockType::kLumaWithDc, coefficients, rules_.kernels->magnitude(coefficients),
                   block, context, q);
    const Score score = parts_.score(rules_.lambda);
    if (score >= least) continue;
    least = score;
    best = {q.coefficients.levels[block],
            q.coefficients.ends[block],
            q.cost,
            parts_.mode_cost,
            q.error,
            q.energy,
            ranking.at(i)};
    std::copy_n(trial, 16, prediction);
  }
  if (ranking.count() > 1) {
    q.coefficients.levels[block] = best.levels;
    q.coefficients.ends[block] = best.end;
    q.cost = best.cost;
    q.error = best.error;
    q.energy = best.energy;
    parts_.mode_cost = best.mode_cost;
  }
  return static_cast<SubblockMode>(best.mode);
}

// False, possibly early, when the macroblock's score is not below `limit`.
bool IntraCoder::code_subblocks(int col, int row, const Neighbours& around, const TokenContext& above,
                                const TokenContext& left, Score limit) {
  const int x = col * 16, y = row * 16;
  const MutablePlaneView plane = reconstruction_.plane(PlaneName::kY);
  const PlaneView source = target_.plane(PlaneName::kY);
  MacroblockModes& modes = parts_.modes;
  modes = MacroblockModes{};
  modes.luma = LumaMode::kSubblocks;
  modes.chroma = chroma_mode_;
  QuantisedMacroblock& q = parts_.quantised;
  q = chroma_;
  q.clear_block(kY2Block);
  parts_.mode_cost = costs_.luma(LumaMode::kSubblocks) + costs_.chroma(chroma_mode_);
  TokenContext over = above, beside = left;
  const auto above_right = macroblock_above_right(plane, x, y);
  for (std::size_t i = 0; i < 16; ++i) {
    const int block = static_cast<int>(i), at_x = x + block % 4 * 4, at_y = y + block / 4 * 4;
    const SubblockMode mode_above = i < 4 ? around.above.subblock_modes[i + 12] : modes.subblock_modes[i - 4];
    const SubblockMode mode_left =
        i % 4 == 0 ? around.left.subblock_modes[i + 3] : modes.subblock_modes[i - 1];
    alignas(16) std::uint8_t prediction[16];
    std::uint8_t &a = over.coded[i % 4], &l = beside.coded[i / 4];
    const SubblockEdge edge = subblock_edge(plane, x, y, block, above_right);
    const std::uint8_t* const samples = source.at(at_x, at_y);
    const Ranking ranking = rank_subblock_modes(samples, edge, mode_above, mode_left);
    modes.subblock_modes[i] =
        code_subblock(ranking, samples, edge, mode_above, mode_left, i, a + l, prediction);
    a = l = q.coefficients.ends[i] > 0;
    if (parts_.score(rules_.lambda) >= limit) return false;
    for (int line = 0; line < 4; ++line) std::copy_n(prediction + 4 * line, 4, plane.at(at_x, at_y + line));
    add_residue(q.coefficients.levels[i], q.coefficients.ends[i], rules_.quantizer->luma,
                plane.at(at_x, at_y), plane.stride);
  }
  return true;
}

}  // namespace skirret::codec
