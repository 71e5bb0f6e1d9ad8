#include "codec/encoder/frame_coder.hh"

#include <algorithm>
#include <limits>

#include "codec/encoder/filter_search.hh"
#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/inter_modes.hh"
#include "codec/encoder/mode_counts.hh"
#include "codec/encoder/plain_header.hh"
#include "codec/encoder/transform_macroblock.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

// Above it (sixteenths) modes that nobody would take at the usual price may win.
constexpr std::uint32_t kHeavyPressure = 48;

// What a scene's first picture codes well stays for many frames: its bits count less.
std::uint32_t lambda_of(const FrameQuantizer& quantizer, std::uint32_t scale, bool fresh) {
  const std::uint64_t lambda = std::uint64_t{quantizer.lambda} * scale / 16 * (fresh ? 1 : 4) / 4;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(lambda, 1, 1u << 30));
}

const Probabilities& probabilities_before(const State& from, bool key_frame) {
  return key_frame ? Probabilities::defaults() : from.probabilities;
}

std::vector<FrameQuantizer> segment_quantizers(const RegionMap& regions, Quantizer quantizer,
                                               bool for_trellis) {
  std::vector<FrameQuantizer> quantizers;
  for (std::uint8_t segment = 0; segment < (regions.map ? 4 : 1); ++segment)
    quantizers.emplace_back(region_quantizer(static_cast<Region>(segment), quantizer), for_trellis);
  return quantizers;
}

}  // namespace

FrameCoder::FrameCoder(const State& from, const Picture& target, const Analysis::Data& analysis,
                       Quantizer quantizer, Pressure pressure, const Probabilities& priced)
    : from_(from),
      target_(target),
      analysis_(analysis),
      key_frame_(analysis.plan.kind == FrameKind::kKey),
      fresh_(key_frame_ || analysis.plan.scene_cut),
      limits_(SearchLimits::of(analysis.effort.level)),
      quantizer_(std::clamp(quantizer, 0, 127)),
      quantizers_(segment_quantizers(analysis.regions, quantizer_, limits_.trellis || pressure.presses())),
      in_force_(probabilities_before(from, key_frame_)),
      token_costs_(priced.coefficients),
      vector_costs_(priced.vectors),
      intra_costs_(key_frame_, priced),
      pressure_(pressure),
      rules_{&encoder_kernels(), &quantizers_[0], &token_costs_, 0, limits_.trellis || pressure.presses()},
      ranking_rules_(rules_),
      header_(plain_header(from, analysis, quantizer_)),
      reconstruction_(from, header_, analysis.dimensions, frame_),
      intra_(target, rules_, intra_costs_, key_frame_, reconstruction_, limits_.intra) {
  const auto count = static_cast<std::size_t>(analysis.dimensions.mb_count());
  frame_.modes.resize(count);
  frame_.level_index.assign(count, CodedFrame::kNone);
  frame_.options.assign(count, CodedFrame::kNoOption);
  frame_.levels.reserve(count / 4);
  above_.resize(static_cast<std::size_t>(analysis.dimensions.mb_cols()));
  if (analysis.plan.scene_cut) inter_odds_ = {15, 1};
  turn_to(pressure.lambda_scale);
}

void FrameCoder::turn_to(std::uint32_t lambda_scale) {
  pressed_ = lambda_scale > kHeavyPressure;
  lambda_scale_ = lambda_scale;
  set_rules();
}

void FrameCoder::enter(std::uint8_t segment) {
  if (segment == segment_) return;
  segment_ = segment;
  set_rules();
}

void FrameCoder::set_rules() {
  rules_.quantizer = &quantizers_[segment_];
  rules_.lambda = lambda_of(quantizers_[segment_], lambda_scale_ * analysis_.plan.bit_weight / 16, fresh_);
  ranking_rules_ = rules_.with_trellis(limits_.trellis_all || pressed_);
}

Candidate FrameCoder::run() {
  code_macroblocks();
  fit_probabilities(counts_, in_force_, header_);
  if (limits_.filter_search) header_.filter = search_filter(from_, target_, header_, frame_, reconstruction_);
  return pack();
}

void FrameCoder::start_row() {
  left_ = TokenContext{};
  frame_.row_tokens.push_back(frame_.tokens.size());
}

void FrameCoder::code_macroblocks() {
  const int cols = analysis_.dimensions.mb_cols();
  std::size_t index = 0;
  for (int row = 0; row < analysis_.dimensions.mb_rows(); ++row) {
    start_row();
    for (int col = 0; col < cols; ++col, ++index) {
      if (index == pressure_.turn) turn_to(pressure_.scale_after_turn);
      code_macroblock({col, row, index, neighbours_of(frame_.modes, cols, col, row), {}});
    }
  }
}

void FrameCoder::code_macroblock(const Place& place) {
  enter(analysis_.regions.segment_at(place.index));
  TokenContext& above = above_[static_cast<std::size_t>(place.col)];
  const bool inter = !key_frame_ && best_inter(place);
  const bool try_intra = !inter || (analysis_.macroblocks[place.index].try_intra && intra_may_win());
  if (try_intra) {
    const bool subblocks = key_frame_ || analysis_.macroblocks[place.index].try_subblocks;
    const Score limit = inter ? trials_[best_trial_].score : std::numeric_limits<Score>::max();
    intra_.code(place.col, place.row, place.around, above, left_, subblocks, limit, intra_choice_);
    bool skip = false;
    Score score = 0;
    decide_skip(intra_choice_.quantised, intra_choice_.mode_cost + (key_frame_ ? 0 : inter_odds_.of(false)),
                skip, score);
    if (!inter || score < trials_[best_trial_].score) {
      settle(place, intra_choice_.modes, intra_choice_.quantised, skip);
      reconstruction_.make(place.col, place.row);
      return;
    }
  }
  const InterTrial& best = trials_[best_trial_];
  frame_.options[place.index] = best.option;
  settle(place, best.modes, best.quantised, best.skip);
}

// Not where the inter mode already costs no more than about twice an intra mode's header would.
bool FrameCoder::intra_may_win() const {
  const Cost header =
      inter_odds_.of(false) + intra_costs_.luma(LumaMode::kDc) + intra_costs_.chroma(ChromaMode::kDc);
  return trials_[best_trial_].score > rate_distortion(0, 2 * header, rules_.lambda);
}

bool FrameCoder::best_inter(const Place& place) {
  const MacroblockOptions& options = analysis_.macroblocks[place.index];
  Score best = std::numeric_limits<Score>::max();
  bool has_zero = false;
  for (std::size_t i = 0; i < options.inter_count; ++i) {
    trials_[best_trial_ ^ 1].option = static_cast<std::uint8_t>(i);
    try_option(place, options.inter[i], analysis_.transforms[options.inter[i].transform], best);
    has_zero = has_zero || (options.inter[i].reference == ReferenceFrame::kLast &&
                            options.inter[i].vector.is_zero() && !options.inter[i].is_split);
  }
  if (pressed_ && !has_zero) try_zero(place, best);
  if (rules_.trellis && !ranking_rules_.trellis) improve_levels(place);
  return options.inter_count > 0;
}

// The ranking was done without a trellis.
void FrameCoder::improve_levels(const Place& place) {
  InterTrial& trial = trials_[best_trial_];
  if (!trial.quantised.coefficients.any()) return;
  quantise_macroblock(rules_, *trial.transform, trial.modes.has_y2(),
                      above_[static_cast<std::size_t>(place.col)], left_, trial.quantised);
  decide_skip(trial.quantised, trial.mode_cost, trial.skip, trial.score);
}

// The cheapest mode there is, which the analysis need not have kept.
void FrameCoder::try_zero(const Place& place, Score& best) {
  InterOption zero;
  MacroblockModes modes;
  modes.reference = ReferenceFrame::kLast;
  modes.luma = LumaMode::kZero;
  MacroblockPixels prediction;
  predict_macroblock(*rules_.kernels, *analysis_.references[1], place.col, place.row, modes,
                     analysis_.plan.profile, prediction);
  transform_macroblock(*rules_.kernels, target_, place.col, place.row, prediction, true, zero_transform_);
  trials_[best_trial_ ^ 1].option = CodedFrame::kNoOption;
  try_option(place, zero, zero_transform_, best);
}

Cost FrameCoder::reference_cost(ReferenceFrame reference) const {
  if (reference == ReferenceFrame::kIntra) return inter_odds_.of(false);
  const Cost cost = inter_odds_.of(true) + other_odds_.of(reference != ReferenceFrame::kLast);
  return reference == ReferenceFrame::kLast ? cost
                                            : cost + altref_odds_.of(reference == ReferenceFrame::kAltref);
}

// Without sign biases what is near is so for every reference.
NearVectors FrameCoder::near_of(const Place& place) const {
  return find_near_vectors(place.around, ReferenceFrame::kLast, SignBiases{},
                           vector_bounds(analysis_.dimensions, place.col, place.row));
}

void FrameCoder::try_option(const Place& place, const InterOption& option,
                            const MacroblockTransform& transform, Score& best) {
  InterTrial& trial = trials_[best_trial_ ^ 1];
  trial.modes = MacroblockModes{};
  trial.modes.reference = option.reference;
  if (!place.near) place.near = near_of(place);
  const NearVectors& near = *place.near;
  Cost cost = reference_cost(option.reference);
  if (option.is_split)
    cost += settle_split(trial.modes, option.split, analysis_.vectors_of(option, place.row), near,
                         place.around, vector_costs_);
  else
    cost += settle_vector(trial.modes, option.vector, near, vector_costs_);
  quantise_macroblock(ranking_rules_, transform, trial.modes.has_y2(),
                      above_[static_cast<std::size_t>(place.col)], left_, trial.quantised);
  decide_skip(trial.quantised, cost, trial.skip, trial.score);
  trial.mode_cost = cost;
  trial.transform = &transform;
  if (trial.score >= best) return;
  best = trial.score;
  best_trial_ ^= 1;
}

// Codes no levels at all where that scores better.
void FrameCoder::decide_skip(const QuantisedMacroblock& quantised, Cost mode_cost, bool& skip,
                             Score& score) const {
  const Score coded =
      rate_distortion(quantised.error, mode_cost + quantised.cost + skip_odds_.of(false), rules_.lambda);
  const Score skipped = rate_distortion(quantised.energy, mode_cost + skip_odds_.of(true), rules_.lambda);
  skip = skipped <= coded || !quantised.coefficients.any();
  score = skip ? skipped : coded;
}

void FrameCoder::settle(const Place& place, const MacroblockModes& modes,
                        const QuantisedMacroblock& quantised, bool skip) {
  MacroblockModes& to = frame_.modes[place.index];
  TokenContext& above = above_[static_cast<std::size_t>(place.col)];
  to = modes;
  to.segment = segment_;
  to.skip_coefficients = skip;
  skip_odds_.count(skip);
  error_ += skip ? quantised.energy : quantised.error;
  if (skip) {
    skip_tokens(to.has_y2(), above, left_);
  } else {
    record_tokens(quantised.coefficients, to.has_y2(), above, left_, counts_.tokens, frame_.tokens);
    frame_.level_index[place.index] = static_cast<std::uint32_t>(frame_.levels.size());
    frame_.levels.push_back(quantised.coefficients);
  }
  count(place, to);
}

void FrameCoder::count(const Place& place, const MacroblockModes& modes) {
  const bool new_vectors = modes.luma == LumaMode::kNew || modes.luma == LumaMode::kSplit;
  const MotionVector best = !new_vectors ? MotionVector{}
                            : place.near ? place.near->best
                                         : near_of(place).best;
  count_modes(modes, key_frame_, best, counts_);
  if (key_frame_) return;
  inter_odds_.count(modes.is_inter());
  if (!modes.is_inter()) return;
  other_odds_.count(modes.reference != ReferenceFrame::kLast);
  if (modes.reference != ReferenceFrame::kLast)
    altref_odds_.count(modes.reference == ReferenceFrame::kAltref);
}

Candidate FrameCoder::pack() {
  Candidate candidate;
  candidate.bytes = write_frame(header_, analysis_.dimensions, in_force_, frame_);
  frame_.tokens = {};  // they have served
  frame_.row_tokens = {};
  candidate.header = header_;
  candidate.quantizer = quantizer_;
  candidate.distortion = error_ / 16;
  candidate.key_frame = key_frame_;
  candidate.stillness = analysis_.regions.stillness;
  candidate.vectors.reserve(frame_.modes.size());
  for (const MacroblockModes& modes : frame_.modes) candidate.vectors.push_back(modes.vector);
  candidate.made = std::make_shared<const Candidate::Made>(Candidate::Made{std::move(frame_)});
  return candidate;
}

Candidate code_frame(const State& from, const Picture& target, const Analysis::Data& analysis,
                     Quantizer quantizer, Pressure pressure) {
  const Probabilities& before = probabilities_before(from, analysis.plan.kind == FrameKind::kKey);
  Candidate candidate = FrameCoder(from, target, analysis, quantizer, pressure, before).run();
  const int passes =
      analysis.plan.kind == FrameKind::kKey ? SearchLimits::of(analysis.effort.level).key_passes : 1;
  for (int pass = 1; pass < passes; ++pass) {
    const Probabilities found = updated_probabilities(before, candidate.header);
    Candidate again = FrameCoder(from, target, analysis, quantizer, pressure, found).run();
    candidate = std::move(again);
  }
  return candidate;
}

}  // namespace skirret::codec
