#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/coarse_motion.hh"
#include "codec/encoder/frame_quantizer.hh"
#include "codec/encoder/motion_search.hh"
#include "codec/encoder/row_progress.hh"
#include "codec/encoder/search_limits.hh"
#include "codec/encoder/vector_costs.hh"
#include "codec/syntax/near_vectors.hh"

namespace skirret::codec {

// Fills an interframe's Analysis: for each macroblock in raster order the inter options worth coding,
// and whether intra modes are. Uses the best option so far of each neighbour in place of the mode that
// coding will choose.
class MacroblockSearch {
 public:
  MacroblockSearch(const State& from, const Picture& target, QuantizerRange expected, const Hints& hints,
                   Analysis::Data& data, std::vector<MacroblockModes>& tentative);
  // On several threads where there is an executor; the result is the same. False when a stop left rows out.
  bool run(Executor* executor, const std::stop_token& stop);

 private:
  struct Tried {
    InterOption option;
    Cost rate = 0;
    bool told = false;  // zero, nearest or near
  };
  struct Place {  // of the macroblock at hand
    int col, row;
    std::size_t index;
    const std::uint8_t* source;
    Neighbours around;
    NearVectors near;
  };
  // Where a search begins, without repetition.
  class Starts {
   public:
    void add(MotionVector v) {
      if (std::find(all_.begin(), all_.begin() + count_, v) == all_.begin() + count_)
        all_[static_cast<std::size_t>(count_++)] = v;
    }
    std::span<const MotionVector> span() const { return {all_.data(), static_cast<std::size_t>(count_)}; }

   private:
    std::array<MotionVector, 14 + Hints::kMostSeeds> all_{};
    std::ptrdiff_t count_ = 0;
  };

  void run_rows(RowProgress& progress);
  void search(const Place& place);
  void search_references(const Place& place);
  void try_told(const Place& place, ReferenceFrame reference);
  bool seems_intra(const Place& place);
  void try_vector(const Place& place, ReferenceFrame reference, MotionVector vector,
                  std::optional<std::uint32_t> known = std::nullopt);
  void try_reference(const Place& place, ReferenceFrame reference);
  void try_split(const Place& place, ReferenceFrame reference);
  void try_small_split(const Place& place, const Tried& quarters);
  void offer_split(const Place& place, Tried tried, const std::array<MotionVector, 16>& vectors);
  bool may_be_intra(const Place& place) const;
  void keep_best(const Place& place, MacroblockOptions& options);
  const Tried& best_told() const;
  void store_unknown(const Place& place, const Tried& tried, MacroblockOptions& options);
  void store(const Place& place, const Tried& tried, MacroblockOptions& options);

  SearchBlock block_at(const Place& place, ReferenceFrame reference) const;
  Starts starts(const Place& place, ReferenceFrame reference) const;
  std::uint32_t score(const Tried& tried, std::uint32_t satd_lambda) const {
    return satd_score(tried.option.satd, tried.rate, satd_lambda);
  }
  const Tried& best(std::uint32_t satd_lambda) const;

  const EncoderKernels& kernels_;
  const Picture& target_;
  const Hints& hints_;
  Analysis::Data& data_;
  SearchLimits limits_;
  VectorCosts vector_costs_;
  FrameQuantizer finest_, middle_, coarsest_;
  PlaneView luma_;
  std::vector<MacroblockModes>& tentative_;     // shared by all threads; each has a copy of the rest
  std::shared_ptr<const CoarseMotion> coarse_;  // or null
  std::vector<Tried> tried_;
};

}  // namespace skirret::codec
