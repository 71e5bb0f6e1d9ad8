#pragma once

#include <algorithm>
#include <array>

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/partial_reconstruction.hh"
#include "codec/encoder/quantised_macroblock.hh"
#include "codec/kernels/intra_prediction.hh"
#include "codec/syntax/near_vectors.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// What intra modes cost in one frame.
class IntraModeCosts {
 public:
  IntraModeCosts(bool key_frame, const Probabilities& probabilities);

  Cost luma(LumaMode mode) const { return luma_[static_cast<std::size_t>(mode)]; }
  Cost chroma(ChromaMode mode) const { return chroma_[static_cast<std::size_t>(mode)]; }
  Cost subblock(SubblockMode above, SubblockMode left, SubblockMode mode) const;

 private:
  bool key_frame_;
  std::array<Cost, 5> luma_;
  std::array<Cost, 4> chroma_;
};

struct IntraChoice {
  MacroblockModes modes;
  QuantisedMacroblock quantised;
  Cost mode_cost = 0;  // luma, subblocks and chroma; not the choice of intra itself

  Score score(std::uint32_t lambda) const {
    return rate_distortion(quantised.error, quantised.cost + mode_cost, lambda);
  }
};

// How many of each kind of mode, the best by SATD, are coded and compared by rate and distortion.
struct IntraDepth {
  std::size_t whole_tries = 1;     // 1..4
  std::size_t subblock_tries = 1;  // 1..10
};

// Codes a macroblock by the best intra mode. Its neighbours' samples come from the reconstruction, whose
// samples at the macroblock itself serve as scratch.
class IntraCoder {
 public:
  IntraCoder(const Picture& target, const QuantisationRules& rules, const IntraModeCosts& costs,
             bool key_frame, PartialReconstruction& reconstruction, IntraDepth depth);

  // Subblock modes are given up as soon as their score is not below `limit`.
  void code(int col, int row, const Neighbours& around, const TokenContext& above, const TokenContext& left,
            bool try_subblocks, Score limit, IntraChoice& choice);
  // By modes that are given.
  void code_as(int col, int row, const MacroblockModes& modes, const TokenContext& above,
               const TokenContext& left, IntraChoice& choice);

 private:
  // The best few modes by score, best first; the first offered wins ties.
  class Ranking {
   public:
    explicit Ranking(std::size_t most) : most_(most) {}
    void offer(std::size_t mode, std::uint32_t score) {
      std::size_t at = count_;
      while (at > 0 && score < scores_[at - 1]) --at;
      if (at >= most_) return;
      count_ = std::min(count_ + 1, most_);
      for (std::size_t i = count_ - 1; i > at; --i) {
        modes_[i] = modes_[i - 1];
        scores_[i] = scores_[i - 1];
      }
      modes_[at] = static_cast<std::uint8_t>(mode);
      scores_[at] = score;
    }
    std::size_t count() const { return count_; }
    std::size_t at(std::size_t i) const { return modes_[i]; }

   private:
    std::size_t most_, count_ = 0;
    std::array<std::uint8_t, kSubblockModeCount> modes_{};
    std::array<std::uint32_t, kSubblockModeCount> scores_{};
  };

  void code_chroma(int col, int row, const TokenContext& above, const TokenContext& left);
  void code_whole(int col, int row, const TokenContext& above, const TokenContext& left);
  bool code_subblocks(int col, int row, const Neighbours& around, const TokenContext& above,
                      const TokenContext& left, Score limit);
  void quantise_chroma(int col, int row, const std::uint8_t* const (&prediction)[2],
                       const TokenContext& above, const TokenContext& left);
  void subblocks_as(int col, int row, const MacroblockModes& modes, const TokenContext& above,
                    const TokenContext& left, QuantisedMacroblock& out);
  Ranking rank_subblock_modes(const std::uint8_t* source, const SubblockEdge& edge, SubblockMode above,
                              SubblockMode left) const;
  SubblockMode code_subblock(const Ranking& ranking, const std::uint8_t* source, const SubblockEdge& edge,
                             SubblockMode above, SubblockMode left, std::size_t block, int context,
                             std::uint8_t* prediction);

  const Picture& target_;
  const QuantisationRules& rules_;
  const IntraModeCosts& costs_;
  bool key_frame_;
  PartialReconstruction& reconstruction_;
  const IntraDepth depth_;
  IntraChoice whole_, parts_, trial_;
  MacroblockTransform transform_;
  QuantisedMacroblock chroma_;
  ChromaMode chroma_mode_ = ChromaMode::kDc;
};

}  // namespace skirret::codec
