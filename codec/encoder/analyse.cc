#include <algorithm>
#include <cstring>

#include "codec/base/check.hh"
#include "codec/encoder/analysis_data.hh"
#include "codec/encoder/block_prediction.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/frame_quantizer.hh"
#include "codec/encoder/macroblock_search.hh"
#include "codec/encoder/search_limits.hh"
#include "codec/kernels/stage_meter.hh"

namespace skirret::codec {
namespace {

// References that differ from each other and that the plan allows.
std::array<std::unique_ptr<const PaddedReference>, 4> usable_references(const State& from,
                                                                        const FramePlan& plan, bool older,
                                                                        Executor* executor) {
  std::array<std::unique_ptr<const PaddedReference>, 4> references;
  std::array<const Picture*, 4> pictures{nullptr, &from.last, nullptr, nullptr};
  if (older && plan.use_golden && !(from.golden == from.last)) pictures[2] = &from.golden;
  if (older && plan.use_altref && !(from.altref == from.last) && !(from.altref == from.golden))
    pictures[3] = &from.altref;
  const auto pad = [&](std::size_t i) {
    const StageScope scope(Stage::kReferences);
    if (pictures[i] != nullptr) references[i] = std::make_unique<const PaddedReference>(*pictures[i]);
  };
  InlineExecutor alone;
  (executor != nullptr && executor->width() > 1 ? *executor : alone).run(references.size(), pad);
  return references;
}

}  // namespace

Analysis analyse(const State& from, const Picture& target, const FramePlan& plan, QuantizerRange expected,
                 const Hints& hints, const Effort& effort, Executor* executor, const std::stop_token& stop) {
  auto data = std::make_shared<Analysis::Data>();
  data->plan = plan;
  data->effort = effort;
  data->dimensions = target.dimensions();
  data->regions = find_regions(from, target, plan, expected, hints);
  if (plan.kind == FrameKind::kKey) return Analysis(std::move(data));
  SKIRRET_CHECK(from.has_pictures() && from.dimensions == target.dimensions());
  data->references = usable_references(from, plan, SearchLimits::of(effort.level).older, executor);
  std::vector<MacroblockModes> tentative;
  if (!MacroblockSearch(from, target, expected, hints, *data, tentative).run(executor, stop)) return {};
  return Analysis(std::move(data));
}

}  // namespace skirret::codec
