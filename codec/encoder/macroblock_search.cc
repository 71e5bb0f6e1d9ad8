#include "codec/encoder/macroblock_search.hh"

#include <algorithm>
#include <cstring>

#include "codec/bitstream/tables/coefficient_tables.hh"
#include "codec/encoder/block_prediction.hh"
#include "codec/encoder/inter_modes.hh"
#include "codec/encoder/intra_estimate.hh"
#include "codec/encoder/scene_cut.hh"
#include "codec/encoder/transform_macroblock.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

// What naming a reference costs, before a frame's own probabilities are known.
constexpr std::array<Cost, 4> kReferenceCost = {6 * kOneBit, 40, 3 * kOneBit + 128, 4 * kOneBit + 128};

constexpr ReferenceFrame kReferences[3] = {ReferenceFrame::kLast, ReferenceFrame::kGolden,
                                           ReferenceFrame::kAltref};

// From this share of fresh macroblocks on (in 1/256) it is worth looking from afar.
constexpr int kMuchMotion = 64;

// Beyond what a walk from the vectors of neighbours finds anyway.
bool is_far(MotionVector v) {
  constexpr int kFar = 12 * 4;
  return std::abs(v.row) >= kFar || std::abs(v.col) >= kFar;
}

}  // namespace

MacroblockSearch::MacroblockSearch(const State& from, const Picture& target, QuantizerRange expected,
                                   const Hints& hints, Analysis::Data& data,
                                   std::vector<MacroblockModes>& tentative)
    : kernels_(encoder_kernels()),
      target_(target),
      hints_(hints),
      data_(data),
      limits_(SearchLimits::of(data.effort.level)),
      vector_costs_(from.probabilities.vectors),
      finest_(expected.finest, true),
      middle_((expected.finest + expected.coarsest) / 2, true),
      coarsest_(expected.coarsest, true),
      luma_(target.plane(PlaneName::kY)),
      tentative_(tentative) {
  const auto count = static_cast<std::size_t>(data.dimensions.mb_count());
  tentative_.resize(count);
  if (limits_.depth.by_sad)  // a bit is worth less there than in SATD
    for (FrameQuantizer* q : {&finest_, &middle_, &coarsest_}) q->satd_lambda = q->satd_lambda * 5 / 8;
  if (limits_.coarse && fresh_share(from.last, target) >= kMuchMotion)
    coarse_ = std::make_shared<const CoarseMotion>(from.last, target);
  data_.macroblocks.resize(count);
  data_.split_vectors.resize(static_cast<std::size_t>(data.dimensions.mb_rows()));
  data_.transforms = std::make_unique_for_overwrite<MacroblockTransform[]>(count * limits_.options);
}

bool MacroblockSearch::run(Executor* executor, const std::stop_token& stop) {
  RowProgress progress(data_.dimensions.mb_rows(), data_.dimensions.mb_cols(), stop);
  run_workers(executor, data_.dimensions.mb_rows(), [&] { MacroblockSearch(*this).run_rows(progress); });
  return progress.all_taken();
}

void MacroblockSearch::run_rows(RowProgress& progress) {
  const StageScope scope(Stage::kMotionSearch);
  const int cols = data_.dimensions.mb_cols();
  for (int row = progress.take(); row >= 0; row = progress.take())
    for (int col = 0; col < cols; ++col) {
      progress.wait_above(row, col);
      const Neighbours around = neighbours_of(tentative_, cols, col, row);
      // Without sign biases what is near is so for every reference.
      search({col, row, static_cast<std::size_t>(row * cols + col), luma_.at(col * 16, row * 16), around,
              find_near_vectors(around, ReferenceFrame::kLast, SignBiases{},
                                vector_bounds(data_.dimensions, col, row))});
      progress.done(row, col);
    }
}

SearchBlock MacroblockSearch::block_at(const Place& place, ReferenceFrame reference) const {
  return {.kernels = &kernels_,
          .reference = data_.references[static_cast<std::size_t>(reference)].get(),
          .vector_costs = &vector_costs_,
          .satd_lambda = middle_.satd_lambda,
          .source = place.source,
          .source_stride = luma_.stride,
          .x = place.col * 16,
          .y = place.row * 16,
          .size = 16,
          .predicted = place.near.best,
          .bilinear = data_.plan.profile != 0};
}

const MacroblockSearch::Tried& MacroblockSearch::best(std::uint32_t satd_lambda) const {
  const auto less = [&](const Tried& a, const Tried& b) {
    return score(a, satd_lambda) < score(b, satd_lambda);
  };
  return *std::min_element(tried_.begin(), tried_.end(), less);
}

void MacroblockSearch::search(const Place& place) {
  MacroblockOptions& options = data_.macroblocks[place.index];
  tried_.clear();
  const auto step = static_cast<std::uint32_t>(finest_.luma.step[1]);
  try_vector(place, ReferenceFrame::kLast, {});
  const bool still = tried_.front().option.satd < limits_.still * step;
  if (!still && !(data_.plan.scene_cut && seems_intra(place))) search_references(place);
  if (still && limits_.still_near) {
    try_vector(place, ReferenceFrame::kLast, place.near.nearest);
    try_vector(place, ReferenceFrame::kLast, place.near.near);
  }
  keep_best(place, options);
  options.try_intra = !still && may_be_intra(place);
  options.try_subblocks = options.try_intra && (limits_.subblock_modes || data_.plan.scene_cut);
}

void MacroblockSearch::search_references(const Place& place) {
  for (const ReferenceFrame reference : kReferences)
    if (data_.references[static_cast<std::size_t>(reference)]) try_reference(place, reference);
  const Tried& found = best(middle_.satd_lambda);
  if (found.option.satd > limits_.split_from * static_cast<std::uint32_t>(middle_.luma.step[1]))
    try_split(place, found.option.reference);
}

// Where nothing is as it was, nor is it as it was before that (a scene that is cut back to): no search.
bool MacroblockSearch::seems_intra(const Place& place) {
  for (const ReferenceFrame reference : kReferences)
    if (data_.references[static_cast<std::size_t>(reference)]) try_told(place, reference);
  return may_be_intra(place);
}

void MacroblockSearch::try_vector(const Place& place, ReferenceFrame reference, MotionVector vector,
                                  std::optional<std::uint32_t> known) {
  for (const Tried& t : tried_)
    if (t.option.reference == reference && t.option.vector == vector && !t.option.is_split) return;
  const SearchBlock block = block_at(place, reference);
  if (!block.reachable(vector)) return;
  Tried tried;
  tried.option.reference = reference;
  tried.option.vector = vector;
  tried.option.satd = known ? *known : limits_.depth.by_sad ? block.sad(vector) : block.satd(vector);
  const auto [mode, cost] = cheapest_mode(vector, place.near, vector_costs_);
  tried.told = mode != LumaMode::kNew;
  tried.rate = cost + kReferenceCost[static_cast<std::size_t>(reference)];
  tried_.push_back(tried);
}

MacroblockSearch::Starts MacroblockSearch::starts(const Place& place, ReferenceFrame reference) const {
  Starts all;
  if (reference != ReferenceFrame::kLast && !tried_.empty()) all.add(best(middle_.satd_lambda).option.vector);
  for (const MotionVector v : {place.near.best, MotionVector{}, place.near.nearest, place.near.near})
    all.add(v);
  for (const MacroblockModes* m : {&place.around.left, &place.around.above, &place.around.above_left})
    if (m->is_inter()) all.add(m->vector);
  if (coarse_) {
    for (const MotionVector v : {coarse_->of(place.col, place.row), coarse_->global()})
      if (is_far(v)) all.add(v);
  }
  const auto cols = static_cast<std::size_t>(data_.dimensions.mb_cols());
  const bool last_col = place.col + 1 == data_.dimensions.mb_cols();
  if (place.row > 0 && !last_col) all.add(tentative_[place.index - cols + 1].vector);
  for (std::size_t i = 0; i < std::min(hints_.seeds.size(), Hints::kMostSeeds); ++i)
    if (hints_.seeds[i].size() == tentative_.size()) all.add(hints_.seeds[i][place.index]);
  if (hints_.previous_vectors.size() == tentative_.size()) {
    all.add(hints_.previous_vectors[place.index]);
    if (!last_col) all.add(hints_.previous_vectors[place.index + 1]);
    if (place.row + 1 < data_.dimensions.mb_rows()) all.add(hints_.previous_vectors[place.index + cols]);
  }
  return all;
}

void MacroblockSearch::try_told(const Place& place, ReferenceFrame reference) {
  try_vector(place, reference, {});
  try_vector(place, reference, place.near.nearest);
  try_vector(place, reference, place.near.near);
}

void MacroblockSearch::try_reference(const Place& place, ReferenceFrame reference) {
  try_told(place, reference);
  if (reference != ReferenceFrame::kLast) {
    if (!limits_.search_golden) return;
    if (best(middle_.satd_lambda).option.satd < 24 * static_cast<std::uint32_t>(middle_.luma.step[1])) return;
  }
  const FoundVector found =
      search_vector(block_at(place, reference), starts(place, reference).span(), limits_.depth);
  try_vector(place, reference, found.vector, found.difference);
}

void MacroblockSearch::try_split(const Place& place, ReferenceFrame reference) {
  const Tried whole = best(middle_.satd_lambda);
  const NearVectors& near = place.near;
  Tried tried;
  tried.option.reference = reference;
  tried.option.is_split = true;
  std::array<MotionVector, 16> vectors;
  const std::array<MotionVector, 5> from = {whole.option.vector, near.best, near.near, MotionVector{},
                                            near.nearest};
  SearchDepth depth = limits_.depth;
  depth.hexagon_steps = std::min(depth.hexagon_steps, 6);
  std::array<MotionVector, 4> quarter;
  for (std::size_t i = 0; i < 4; ++i) {
    SearchBlock block = block_at(place, reference);
    const int x = static_cast<int>(i % 2) * 8, y = static_cast<int>(i / 2) * 8;
    block.x += x;
    block.y += y;
    block.source += y * luma_.stride + x;
    block.size = 8;
    const FoundVector found = search_vector(block, from, depth);
    // The whole macroblock's vector costs little more here: it must be beaten clearly.
    const std::uint32_t same =
        depth.by_sad ? block.sad(whole.option.vector) : block.satd(whole.option.vector);
    const Cost price = vector_costs_.difference(found.vector, near.best);
    const bool move = satd_score(found.difference, price + 2 * kOneBit, middle_.satd_lambda) <
                      satd_score(same, 2 * kOneBit, middle_.satd_lambda);
    quarter[i] = move ? found.vector : whole.option.vector;
    tried.option.satd += move ? found.difference : same;
  }
  if (quarter[0] == quarter[1] && quarter[0] == quarter[2] && quarter[0] == quarter[3]) return;
  tried.option.split = quarter[0] == quarter[1] && quarter[2] == quarter[3]   ? SplitKind::kTopBottom
                       : quarter[0] == quarter[2] && quarter[1] == quarter[3] ? SplitKind::kLeftRight
                                                                              : SplitKind::kQuarters;
  for (std::size_t i = 0; i < 16; ++i) vectors[i] = quarter[i / 8 * 2 + i % 4 / 2];
  offer_split(place, tried, vectors);
  if (limits_.split_small && tried_.back().option.is_split) try_small_split(place, Tried(tried_.back()));
}

// Starts from the vectors of quarters that a split has just been kept with.
void MacroblockSearch::try_small_split(const Place& place, const Tried& quarters) {
  const NearVectors& near = place.near;
  std::array<MotionVector, 16> vectors = data_.vectors_of(quarters.option, place.row);
  Tried tried = quarters;
  tried.option.split = SplitKind::kSixteenths;
  tried.option.satd = 0;
  SearchDepth depth = limits_.depth;
  depth.hexagon_steps = 2;
  for (std::size_t i = 0; i < 16; ++i) {
    SearchBlock block = block_at(place, quarters.option.reference);
    const int x = static_cast<int>(i % 4) * 4, y = static_cast<int>(i / 4) * 4;
    block.x += x;
    block.y += y;
    block.source += y * luma_.stride + x;
    block.size = 4;
    MotionVector best = vectors[i];
    std::uint32_t satd = block.satd(best);
    const auto offer = [&](MotionVector v, std::uint32_t d, Cost price) {
      if (satd_score(d, price, middle_.satd_lambda) >= satd_score(satd, kOneBit, middle_.satd_lambda)) return;
      best = v;
      satd = d;
    };
    if (i % 4 != 0 && block.reachable(vectors[i - 1]))
      offer(vectors[i - 1], block.satd(vectors[i - 1]), kOneBit);
    if (i >= 4 && block.reachable(vectors[i - 4])) offer(vectors[i - 4], block.satd(vectors[i - 4]), kOneBit);
    const std::array<MotionVector, 2> from = {best, near.best};
    const FoundVector found = search_vector(block, from, depth);
    offer(found.vector, found.difference, vector_costs_.difference(found.vector, near.best) + 3 * kOneBit);
    vectors[i] = best;
    tried.option.satd += satd;
  }
  offer_split(place, tried, vectors);
}

// Keeps a split that is better than what there is, at least for the finest quantizer.
void MacroblockSearch::offer_split(const Place& place, Tried tried,
                                   const std::array<MotionVector, 16>& vectors) {
  MacroblockModes modes;
  tried.rate = settle_split(modes, tried.option.split, vectors, place.near, place.around, vector_costs_) +
               kReferenceCost[static_cast<std::size_t>(tried.option.reference)];
  if (score(tried, finest_.satd_lambda) >= score(best(finest_.satd_lambda), finest_.satd_lambda)) return;
  tried.option.vector = vectors[15];
  auto& kept = data_.split_vectors[static_cast<std::size_t>(place.row)];
  tried.option.split_vectors = static_cast<std::uint32_t>(kept.size());
  kept.push_back(vectors);
  tried_.push_back(tried);
}

void MacroblockSearch::keep_best(const Place& place, MacroblockOptions& options) {
  // What wins for the middle of the expected quantizers; those whose vectors need no bits of their own (the
  // estimate is too rough to rule them out): zero, and the best of them; then what wins for the coarsest and
  // the finest.
  const Tried& chosen = best(middle_.satd_lambda);
  store(place, chosen, options);
  store_unknown(place, tried_.front(), options);  // zero from the last picture
  store_unknown(place, best_told(), options);
  for (const std::uint32_t lambda : {coarsest_.satd_lambda, finest_.satd_lambda})
    store_unknown(place, best(lambda), options);
  MacroblockModes& modes = tentative_[place.index];
  modes.reference = chosen.option.reference;
  modes.luma = chosen.option.is_split ? LumaMode::kSplit : LumaMode::kNew;
  modes.vector = chosen.option.vector;
  modes.vectors = data_.vectors_of(chosen.option, place.row);
}

const MacroblockSearch::Tried& MacroblockSearch::best_told() const {
  const Tried* found = &tried_.front();  // zero from the last picture
  for (const Tried& t : tried_)
    if (!t.option.is_split && t.told && score(t, middle_.satd_lambda) < score(*found, middle_.satd_lambda))
      found = &t;
  return *found;
}

void MacroblockSearch::store_unknown(const Place& place, const Tried& tried, MacroblockOptions& options) {
  if (options.inter_count >= limits_.options) return;
  for (std::size_t i = 0; i < options.inter_count; ++i) {
    const InterOption& o = options.inter[i];
    if (o.reference == tried.option.reference && o.vector == tried.option.vector &&
        o.is_split == tried.option.is_split && o.split == tried.option.split)
      return;
  }
  store(place, tried, options);
}

void MacroblockSearch::store(const Place& place, const Tried& tried, MacroblockOptions& options) {
  const StageScope scope(Stage::kTransform);
  InterOption option = tried.option;
  option.transform = static_cast<std::uint32_t>(place.index * limits_.options + options.inter_count);
  MacroblockModes modes;
  modes.reference = option.reference;
  modes.luma = option.is_split ? LumaMode::kSplit : LumaMode::kNew;
  modes.split = option.split;
  modes.vector = option.vector;
  if (option.is_split) modes.vectors = data_.vectors_of(option, place.row);
  MacroblockPixels prediction;
  predict_macroblock(kernels_, *data_.references[static_cast<std::size_t>(option.reference)], place.col,
                     place.row, modes, data_.plan.profile, prediction);
  transform_macroblock(kernels_, target_, place.col, place.row, prediction, !option.is_split,
                       data_.transforms[option.transform]);
  options.inter[options.inter_count++] = option;
}

bool MacroblockSearch::may_be_intra(const Place& place) const {
  const StageScope scope(Stage::kIntra);
  const Tried& inter = best(middle_.satd_lambda);
  const std::uint32_t limit = score(inter, middle_.satd_lambda);
  const std::uint32_t satd =
      limits_.depth.by_sad ? codec::estimate_intra(kernels_.sad_16x16, kernels_.sad_4x4, luma_, place.col,
                                                   place.row, limit / 16, limits_.subblock_modes)
                           : codec::estimate_intra(kernels_.satd_16x16, kernels_.satd_4x4, luma_, place.col,
                                                   place.row, limit / 16, limits_.subblock_modes);
  const std::uint32_t intra = satd_score(satd, kReferenceCost[0], middle_.satd_lambda);
  return intra < limit + (limits_.trellis_all ? limit / 8 : 0);
}

}  // namespace skirret::codec
