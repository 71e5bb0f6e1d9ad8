#include "codec/encoder/followers.hh"

#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "codec/encoder/filter_level.hh"
#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/intra_coder.hh"
#include "codec/encoder/odds.hh"
#include "codec/encoder/partial_reconstruction.hh"
#include "codec/encoder/plain_header.hh"
#include "codec/encoder/probability_updates.hh"
#include "codec/encoder/search_limits.hh"
#include "codec/encoder/token_notes.hh"
#include "codec/encoder/trellis.hh"
#include "codec/kernels/stage_meter.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

// Modes chosen at one quantizer serve others this far away.
constexpr int kFarthestFollower = 24;

// Of the lead, whose modes are the follower's: all that is fitted to modes is the same.
FrameHeader follower_header(const State& from, const Analysis::Data& analysis, Quantizer quantizer,
                            const FrameHeader& lead) {
  FrameHeader header = plain_header(from, analysis, quantizer);
  header.inter = lead.inter;
  if (SearchLimits::of(analysis.effort.level).filter_search) {
    const int plain = plain_header(from, analysis, lead.quantizer.y_ac).filter.level;
    header.filter.level = moved_level(header.filter.level, plain, lead.filter.level);
    header.filter.sharpness = lead.filter.sharpness;
  }
  return header;
}

bool trellis(const Analysis::Data& analysis) {
  return SearchLimits::of(analysis.effort.level).trellis;
}

std::vector<FrameQuantizer> segment_quantizers(const State& from, const FrameHeader& header,
                                               bool for_trellis) {
  const SegmentationState segmentation = effective_segmentation(from, header);
  std::vector<FrameQuantizer> quantizers;
  for (int segment = 0; segment < (header.segmentation.enabled ? 4 : 1); ++segment)
    quantizers.emplace_back(effective_quantizer(header, segmentation, segment), header.quantizer,
                            for_trellis);
  return quantizers;
}

}  // namespace

// One frame at the modes of the lead.
class FrameFollower {
 public:
  FrameFollower(const Followers& shared, Quantizer quantizer)
      : shared_(shared),
        analysis_(shared.analysis_.data()),
        fresh_(shared.lead_.key_frame || analysis_.plan.scene_cut),
        finer_(shared.lead_.quantizer <= quantizer),
        header_(follower_header(shared.from_, analysis_, quantizer, shared.lead_.header)),
        quantizers_(segment_quantizers(shared.from_, header_, trellis(analysis_))),
        rules_{&encoder_kernels(), nullptr, &shared.costs_, 0, trellis(analysis_), true, false},
        above_(static_cast<std::size_t>(analysis_.dimensions.mb_cols())) {
    enter(0);
    const CodedFrame& lead = shared.lead_.made->frame;
    frame_.modes = lead.modes;
    frame_.options = lead.options;
    frame_.level_index.assign(lead.modes.size(), CodedFrame::kNone);
    frame_.levels.reserve(lead.levels.size());
    frame_.tokens.reserve(lead.levels.size() * 64);
  }

  Candidate run() {
    const int cols = analysis_.dimensions.mb_cols();
    std::size_t index = 0;
    for (int row = 0; row < analysis_.dimensions.mb_rows(); ++row) {
      left_ = TokenContext{};
      frame_.row_tokens.push_back(frame_.tokens.size());
      for (int col = 0; col < cols; ++col, ++index) {
        if (header_.segmentation.enabled) enter(frame_.modes[index].segment);
        frame_.modes[index].is_inter() ? inter(col, index) : intra(col, row, index);
      }
    }
    return pack();
  }

 private:
  // Intra modes predict from what stands around them, made where they need it.
  struct IntraMeans {
    PartialReconstruction made;
    IntraModeCosts costs;  // asked for nothing: the modes are given
    IntraCoder coder;
    IntraChoice choice;
    IntraMeans(const Followers& shared, const FrameHeader& header, const CodedFrame& frame,
               const QuantisationRules& rules, const Analysis::Data& analysis)
        : made(shared.from_, header, analysis.dimensions, frame),
          costs(header.key_frame, shared.in_force_),
          coder(shared.target_, rules, costs, header.key_frame, made, IntraDepth{}) {}
  };

  void enter(std::size_t segment) {
    rules_.quantizer = &quantizers_[segment];
    rules_.lambda = rules_.quantizer->frame_lambda(fresh_);
  }

  void intra(int col, int row, std::size_t index) {
    if (!intra_) intra_.emplace(shared_, header_, frame_, rules_, analysis_);
    intra_->coder.code_as(col, row, frame_.modes[index], above_[static_cast<std::size_t>(col)], left_,
                          intra_->choice);
    settle(col, index, intra_->choice.quantised);
    intra_->made.make(col, row);
  }

  void inter(int col, std::size_t index) {
    const CodedFrame& lead = shared_.lead_.made->frame;
    const InterOption& taken = analysis_.macroblocks[index].inter[lead.options[index]];
    const MacroblockTransform& transform = analysis_.transforms[taken.transform];
    const bool has_y2 = frame_.modes[index].has_y2();
    const MacroblockCoefficients* const levels = lead.levels_of(index);
    const std::uint64_t energy = energy_of(transform, has_y2);
    if (quiet(transform, has_y2, levels == nullptr)) return settle_skipped(col, index, energy);
    TokenContext above = above_[static_cast<std::size_t>(col)], left = left_;
    const std::uint64_t error =
        energy - quantise(transform, has_y2, levels, above, left, frame_.levels.emplace_back());
    if (!frame_.levels.back().any() || better_skipped(error, energy)) {
      frame_.levels.pop_back();
      return settle_skipped(col, index, energy);
    }
    settle_coded(col, index, error, above, left);
  }

  static std::uint64_t energy_of(const MacroblockTransform& transform, bool has_y2) {
    return (std::uint64_t{transform.luma.energy} + transform.chroma.energy) * 4 +
           (has_y2 ? transform.y2.energy : 0);
  }
  // What a block's largest coefficient must come to. What a finer lead left empty stays so; where a coarser
  // one left nothing, less than a whole step is not worth the bits of the first level.
  std::uint32_t threshold(BlockType type, bool lead_empty) const {
    if (!lead_empty) return rules_.threshold(type);
    return finer_ ? std::numeric_limits<std::uint32_t>::max()
                  : static_cast<std::uint32_t>(rules_.of(type).step[1]);
  }
  bool quiet(const MacroblockTransform& transform, bool has_y2, bool lead_empty) const {
    return transform.luma.peak < threshold(BlockType::kLumaAfterY2, lead_empty) &&
           transform.chroma.peak < threshold(BlockType::kChroma, lead_empty) &&
           (!has_y2 || transform.y2.peak < threshold(BlockType::kY2, lead_empty));
  }

  // Quantises and notes all tokens down. `lead`: its levels, or null. Returns by how much the error is below
  // the energy.
  std::uint64_t quantise(const MacroblockTransform& transform, bool has_y2,
                         const MacroblockCoefficients* lead, TokenContext& above, TokenContext& left,
                         MacroblockCoefficients& out) {
    const StageScope scope(Stage::kQuantise);
    std::int64_t saved = 0;
    notes_.clear();
    visit_blocks(has_y2, above, left, [&](int at, BlockType type, std::uint8_t& a, std::uint8_t& l) {
      const auto block = static_cast<std::size_t>(at);
      const Magnitude size = transform.sizes[block];
      std::int16_t* const levels = out.levels[block].data();
      const int context = a + l;
      int end = 0;
      if (size.peak >= threshold(type, lead == nullptr || lead->ends[block] == 0)) {
        const BlockQuantizer& quantizer = rules_.of(type);
        QuantisedBlock made = rules_.kernels->quantise(transform.blocks[block], quantizer, levels);
        const std::uint32_t weight = type == BlockType::kY2 ? 1 : 4;
        if (made.end != 0 && rules_.trellis)
          choose_levels_quickly({type, transform.blocks[block], &quantizer,
                                 type == BlockType::kLumaAfterY2 ? 1 : 0, context, weight, rules_.lambda},
                                shared_.costs_, levels, made);
        saved += (std::int64_t{size.energy} - made.error) * weight;
        end = made.end;
      }
      out.ends[block] = static_cast<std::uint8_t>(end);
      notes_.block(shared_.costs_, type, levels, end, context);
      a = l = end > 0;
    });
    return static_cast<std::uint64_t>(saved);
  }

  void settle(int col, std::size_t index, const QuantisedMacroblock& quantised) {
    if (!quantised.coefficients.any()) return settle_skipped(col, index, quantised.energy);
    TokenContext above = above_[static_cast<std::size_t>(col)], left = left_;
    notes_.note(shared_.costs_, quantised.coefficients, frame_.modes[index].has_y2(), above, left);
    if (better_skipped(quantised.error, quantised.energy))
      return settle_skipped(col, index, quantised.energy);
    frame_.levels.push_back(quantised.coefficients);
    settle_coded(col, index, quantised.error, above, left);
  }

  // Than with the tokens noted; the mode's cost is the same for both.
  bool better_skipped(std::uint64_t error, std::uint64_t energy) const {
    return rate_distortion(energy, skip_odds_.of(true), rules_.lambda) <=
           rate_distortion(error, notes_.cost() + skip_odds_.of(false), rules_.lambda);
  }

  void settle_skipped(int col, std::size_t index, std::uint64_t energy) {
    MacroblockModes& modes = frame_.modes[index];
    modes.skip_coefficients = true;
    skip_tokens(modes.has_y2(), above_[static_cast<std::size_t>(col)], left_);
    error_ += energy;
    skip_odds_.count(true);
    ++skips_.ones;
  }

  // The levels stand at the end of the frame's already.
  void settle_coded(int col, std::size_t index, std::uint64_t error, const TokenContext& above,
                    const TokenContext& left) {
    frame_.modes[index].skip_coefficients = false;
    frame_.level_index[index] = static_cast<std::uint32_t>(frame_.levels.size() - 1);
    const auto tokens = notes_.tokens();
    frame_.tokens.insert(frame_.tokens.end(), tokens.begin(), tokens.end());
    above_[static_cast<std::size_t>(col)] = above;
    left_ = left;
    error_ += error;
    skip_odds_.count(false);
    ++skips_.zeros;
  }

  Candidate pack() {
    TokenCounts counts;
    for (const RecordedToken& token : frame_.tokens) counts.one(token.place, token.code);
    fit_coefficients(counts, shared_.in_force_.coefficients, header_.coefficient_updates);
    if (skips_.ones > 0) header_.skip_probability = skips_.best(128);
    Candidate candidate = shared_.lead_;
    candidate.bytes =
        write_frame(header_, analysis_.dimensions, shared_.in_force_, frame_, &shared_.symbols_);
    frame_.tokens = {};  // they have served
    frame_.row_tokens = {};
    candidate.header = header_;
    candidate.quantizer = header_.quantizer.y_ac;
    candidate.distortion = error_ / 16;
    candidate.made = std::make_shared<const Candidate::Made>(Candidate::Made{std::move(frame_)});
    return candidate;
  }

  const Followers& shared_;
  const Analysis::Data& analysis_;
  const bool fresh_;  // a key frame, or the first picture of another scene
  const bool finer_;  // the lead is
  FrameHeader header_;
  const std::vector<FrameQuantizer> quantizers_;  // by segment; one where there are none
  QuantisationRules rules_;  // of the macroblock at hand; without costs: the notes have them
  CodedFrame frame_;
  std::optional<IntraMeans> intra_;
  std::vector<TokenContext> above_;
  TokenContext left_;
  TokenNotes notes_;
  Odds skip_odds_{4, 4};  // as FrameCoder's
  BranchCount skips_;
  std::uint64_t error_ = 0;  // sixteenths
};

Followers::Followers(const State& from, const Picture& target, const Analysis& analysis,
                     const Candidate& lead)
    : from_(from),
      target_(target),
      analysis_(analysis),
      lead_(lead),
      in_force_(lead.key_frame ? Probabilities::defaults() : from.probabilities),
      costs_(updated_probabilities(in_force_, lead.header).coefficients),
      symbols_(mode_symbols(lead.header, analysis.data().dimensions, in_force_, lead.made->frame)) {}

Candidate Followers::code(Quantizer quantizer) const {
  const bool near = lead_.shrink_level == 0 && std::abs(quantizer - lead_.quantizer) <= kFarthestFollower;
  return near ? FrameFollower(*this, quantizer).run() : codec::code(from_, target_, analysis_, quantizer);
}

}  // namespace skirret::codec
