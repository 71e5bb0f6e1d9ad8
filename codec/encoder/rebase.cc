#include "codec/encoder/rebase.hh"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "codec/encoder/activity_mask.hh"
#include "codec/encoder/coded_frame.hh"
#include "codec/encoder/filter_search.hh"
#include "codec/encoder/frame_writer.hh"
#include "codec/encoder/mode_counts.hh"
#include "codec/encoder/partial_reconstruction.hh"
#include "codec/encoder/quantised_macroblock.hh"
#include "codec/encoder/rebased_header.hh"
#include "codec/encoder/rebased_quality.hh"
#include "codec/encoder/residue.hh"
#include "codec/encoder/transform_macroblock.hh"
#include "codec/kernels/intra_prediction.hh"
#include "codec/state/effective.hh"
#include "codec/syntax/frame_header_coding.hh"

namespace skirret::codec {
namespace {

// What a bit is worth, in sixteenths of what it is in a call: the frames of a recording are built upon for
// long. Fitted over chains of rebased frames of libvpx's, by size at equal SSIM.
constexpr std::uint32_t kLambdaScale = 12;

// One pass over a frame's macroblocks: predicts each as its modes say, codes what the prediction misses.
class Rebaser {
 public:
  // `priced`: the probabilities that levels are priced with. Borrows all.
  Rebaser(const State& to, const Picture& target, const ParsedFrame& frame, const FrameHeader& header,
          const Probabilities& priced, const RebaseOptions& options, const ActivityMask* mask)
      : to_(to),
        target_(target),
        parsed_(frame),
        header_(header),
        improve_(options.improve),
        mask_(mask),
        costs_(priced.coefficients),
        biases_(sign_biases(header.references)),
        made_(to, header, frame.dimensions, coded_),
        above_(static_cast<std::size_t>(frame.dimensions.mb_cols())) {
    const SegmentationState segmentation = effective_segmentation(to, header);
    quantizers_.reserve(4);
    for (std::size_t i = 0; i < 4; ++i) {
      const int index = effective_quantizer(header, segmentation, static_cast<int>(i));
      quantizers_.emplace_back(index, header.quantizer, improve_);
      rules_[i] = {&encoder_kernels(), &quantizers_[i], &costs_,
                   std::max(quantizers_[i].lambda * kLambdaScale / 16, 1u), improve_};
    }
    coded_.modes = frame.modes;
    coded_.level_index.assign(frame.modes.size(), CodedFrame::kNone);
    coded_.levels.reserve(frame.modes.size() / 4);
  }

  // `filter`: by trial, not the one that the header comes with.
  Candidate run(bool filter) {
    std::size_t index = 0;
    for (int row = 0; row < parsed_.dimensions.mb_rows(); ++row) {
      left_ = TokenContext{};
      for (int col = 0; col < parsed_.dimensions.mb_cols(); ++col, ++index) macroblock(col, row, index);
    }
    fit_probabilities(counts_, to_.probabilities, header_);
    if (filter) header_.filter = search_filter(to_, target_, header_, coded_, made_);
    return pack();
  }

 private:
  void macroblock(int col, int row, std::size_t index) {
    MacroblockModes& modes = coded_.modes[index];
    QuantisationRules rules = rules_[header_.segmentation.enabled ? modes.segment : 0];
    if (mask_ != nullptr) rules.lambda = mask_->masked(rules.lambda, index);
    TokenContext& above = above_[static_cast<std::size_t>(col)];
    if (!modes.is_inter()) made_.prepare_neighbours(col, row);
    made_.predict(col, row, modes);
    if (modes.luma == LumaMode::kSubblocks) {
      code_subblocks(col, row, modes, rules, above);
    } else {
      transform(col, row, modes);
      quantise_macroblock(rules, transform_, modes.has_y2(), above, left_, quantised_);
    }
    settle(modes, rules, index, above);
  }

  // What the prediction, which stands in the reconstruction, misses.
  void transform(int col, int row, const MacroblockModes& modes) {
    const MutablePlaneView luma = made_.plane(PlaneName::kY);
    transform_luma(encoder_kernels(), target_, col, row, luma.at(col * 16, row * 16), luma.stride,
                   modes.has_y2(), transform_);
    transform_chroma(col, row);
  }
  void transform_chroma(int col, int row) {
    const MutablePlaneView u = made_.plane(PlaneName::kU), v = made_.plane(PlaneName::kV);
    codec::transform_chroma(encoder_kernels(), target_, col, row,
                            {u.at(col * 8, row * 8), v.at(col * 8, row * 8)}, u.stride, transform_);
  }

  // Each block is predicted from its finished neighbours.
  void code_subblocks(int col, int row, const MacroblockModes& modes, const QuantisationRules& rules,
                      const TokenContext& above) {
    const int x = col * 16, y = row * 16;
    const MutablePlaneView plane = made_.plane(PlaneName::kY);
    const PlaneView source = target_.plane(PlaneName::kY);
    quantised_.clear_totals();
    quantised_.clear_block(kY2Block);
    TokenContext over = above, beside = left_;
    const auto above_right = macroblock_above_right(plane, x, y);
    transform_chroma(col, row);
    for (std::size_t i = 0; i < 16; ++i) {
      const int block = static_cast<int>(i), at_x = x + block % 4 * 4, at_y = y + block / 4 * 4;
      std::uint8_t* const samples = plane.at(at_x, at_y);
      predict_subblock(subblock_edge(plane, x, y, block, above_right), modes.subblock_modes[i], samples,
                       plane.stride);
      rules.kernels->fdct_4x4(source.at(at_x, at_y), source.stride, samples, plane.stride,
                              transform_.blocks[i]);
      std::uint8_t &a = over.coded[i % 4], &l = beside.coded[i / 4];
      a = l = quantise_block(rules, BlockType::kLumaWithDc, transform_.blocks[i],
                             rules.kernels->magnitude(transform_.blocks[i]), i, a + l, quantised_);
      add_residue(quantised_.coefficients.levels[i], quantised_.coefficients.ends[i], rules.quantizer->luma,
                  samples, plane.stride);
    }
    for (std::size_t i = 0; i < 8; ++i) {
      std::uint8_t& a = over.coded[4 + i / 4 * 2 + i % 2];
      std::uint8_t& l = beside.coded[4 + i / 4 * 2 + i % 4 / 2];
      a = l = quantise_block(rules, BlockType::kChroma, transform_.blocks[16 + i], transform_.sizes[16 + i],
                             16 + i, a + l, quantised_);
    }
  }

  // Levels that are worth less than their bits are left out. Not in subblock modes: there each block was
  // predicted from the levels of those before it.
  bool skips(const MacroblockModes& modes, const QuantisationRules& rules) const {
    if (!quantised_.coefficients.any()) return true;
    if (!improve_ || modes.luma == LumaMode::kSubblocks) return false;
    const auto flag = [this](bool skip) {
      const std::uint32_t ones = counts_.skip.ones + 4, zeros = counts_.skip.zeros + 4;
      return kBitCosts[((skip ? ones : zeros) * 256 + (zeros + ones) / 2) / (zeros + ones)];
    };
    return rate_distortion(quantised_.energy, flag(true), rules.lambda) <=
           rate_distortion(quantised_.error, quantised_.cost + flag(false), rules.lambda);
  }

  void settle(MacroblockModes& modes, const QuantisationRules& rules, std::size_t index,
              TokenContext& above) {
    modes.skip_coefficients = skips(modes, rules);
    error_ += modes.skip_coefficients ? quantised_.energy : quantised_.error;
    if (modes.skip_coefficients) {
      skip_tokens(modes.has_y2(), above, left_);
    } else {
      count_tokens(quantised_.coefficients, modes.has_y2(), above, left_, counts_.tokens);
      coded_.level_index[index] = static_cast<std::uint32_t>(coded_.levels.size());
      coded_.levels.push_back(quantised_.coefficients);
    }
    const int cols = parsed_.dimensions.mb_cols();
    const int col = static_cast<int>(index) % cols, row = static_cast<int>(index) / cols;
    const bool new_vectors = modes.luma == LumaMode::kNew || modes.luma == LumaMode::kSplit;
    const MotionVector best =
        new_vectors ? find_near_vectors(neighbours_of(coded_.modes, cols, col, row), modes.reference, biases_,
                                        vector_bounds(parsed_.dimensions, col, row))
                          .best
                    : MotionVector{};
    count_modes(modes, false, best, counts_);
  }

  Candidate pack() {
    Candidate candidate;
    candidate.bytes = write_frame(header_, parsed_.dimensions, to_.probabilities, coded_);
    candidate.header = header_;
    candidate.quantizer = header_.quantizer.y_ac;
    candidate.distortion = error_ / 16;
    candidate.vectors.reserve(coded_.modes.size());
    for (const MacroblockModes& modes : coded_.modes) candidate.vectors.push_back(modes.vector);
    candidate.made = std::make_shared<const Candidate::Made>(Candidate::Made{std::move(coded_)});
    return candidate;
  }

  const State& to_;
  const Picture& target_;
  const ParsedFrame& parsed_;
  FrameHeader header_;
  const bool improve_;
  const ActivityMask* const mask_;
  const TokenCosts costs_;
  const SignBiases biases_;
  std::vector<FrameQuantizer> quantizers_;  // by segment, as rules_
  std::array<QuantisationRules, 4> rules_{};
  CodedFrame coded_;
  PartialReconstruction made_;
  std::vector<TokenContext> above_;
  TokenContext left_;
  MacroblockTransform transform_;
  QuantisedMacroblock quantised_;
  FrameCounts counts_;
  std::uint64_t error_ = 0;  // sixteenths
};

// The options with the quantizer that makes the frame as good as it is to be.
RebaseOptions at_quality(const State& to, const Picture& target, const Candidate& candidate,
                         const ActivityMask& mask, RebaseOptions options) {
  const State next = finish(to, candidate);
  const ReferenceFields& references = candidate.header.references;
  const Picture* const made = references.refresh_last     ? &next.last
                              : references.refresh_golden ? &next.golden
                              : references.refresh_altref ? &next.altref
                                                          : nullptr;
  if (made == nullptr) return options;
  options.quantizer = quantizer_for_loss(candidate.quantizer, structural_loss(*made, target, mask),
                                         structural_loss(*options.as_good_as, target, mask));
  return options;
}

}  // namespace

Result<Candidate> rebase(const State& to, const Picture& target, const ParsedFrame& frame,
                         const RebaseOptions& options) {
  if (frame.header.key_frame) return fail(ErrorCode::kInvalid, "a key frame follows any state as it is");
  if (!to.has_pictures()) return fail(ErrorCode::kInvalid, "the state to rebase onto has no pictures");
  if (to.dimensions != frame.dimensions || target.dimensions() != frame.dimensions)
    return fail(ErrorCode::kInvalid, "the frame, its target and the state differ in size");
  FrameHeader header = rebased_header(to, frame, options);
  if (!options.improve)
    return Rebaser(to, target, frame, header, to.probabilities, options, nullptr).run(false);
  const ActivityMask mask(target);
  const ActivityMask* const masked = options.mask ? &mask : nullptr;
  if (options.trust_prices && options.own != nullptr && options.as_good_as == nullptr) {
    const Probabilities told = updated_probabilities(options.own->probabilities, frame.header);
    return Rebaser(to, target, frame, header, told, options, masked).run(true);
  }
  const Candidate candidate =
      Rebaser(to, target, frame, header, to.probabilities, options, masked).run(false);
  const Probabilities found = updated_probabilities(to.probabilities, candidate.header);
  if (options.as_good_as != nullptr && !options.quantizer)
    header = rebased_header(to, frame, at_quality(to, target, candidate, mask, options));
  return Rebaser(to, target, frame, header, found, options, masked).run(true);
}

}  // namespace skirret::codec
