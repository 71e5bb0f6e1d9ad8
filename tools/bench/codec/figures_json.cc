#include <string>

#include "tools/bench/codec/compared_groups.hh"
#include "tools/bench/codec/figures.hh"
#include "tools/bench/report/provenance.hh"

namespace skirret::bench {
namespace {

using Json = nlohmann::ordered_json;

Json optional_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json bd_json(const BdRates& bd) {
  return {{"psnr", optional_json(bd.psnr)},
          {"ssim", optional_json(bd.ssim)},
          {"psnr_piecewise", optional_json(bd.psnr_piecewise)},
          {"ssim_piecewise", optional_json(bd.ssim_piecewise)}};
}

Json curve_json(const EncoderCurve& curve) {
  Json points = Json::array();
  for (const CurvePoint& point : curve.points)
    points.push_back({{"target", point.target},
                      {"kbps", point.kbps},
                      {"psnr_y", point.psnr},
                      {"ssim_y_db", point.ssim_db},
                      {"cpu_s", point.cpu_seconds}});
  return {{"name", curve.name},
          {"fps", curve.frames_per_second},
          {"speed", curve.speed},
          {"bd_rate", bd_json(curve.bd)},
          {"points", std::move(points)}};
}

Json curves_json(const std::vector<ClipCurves>& clips) {
  Json json = {{"mean", Json::array()}, {"clips", Json::array()}};
  for (const EncoderMean& mean : mean_of(clips))
    json["mean"].push_back({{"name", mean.name},
                            {"speed", mean.speed},
                            {"bd_rate", bd_json(mean.bd)},
                            {"worst_psnr", mean.worst_psnr},
                            {"worst_ssim", mean.worst_ssim},
                            {"above_frontier_psnr", optional_json(mean.frontier_psnr)},
                            {"above_frontier_ssim", optional_json(mean.frontier_ssim)}});
  for (const ClipCurves& clip : clips) {
    Json encoders = Json::array();
    for (const EncoderCurve& curve : clip.encoders) encoders.push_back(curve_json(curve));
    json["clips"].push_back({{"clip", clip.clip}, {"encoders", std::move(encoders)}});
  }
  return json;
}

Json levels_json(const GatePoint::Levels& levels) {
  return {{"bytes", levels.bytes}, {"psnr_y", levels.psnr}, {"ssim_y_db", levels.ssim_db}};
}

Json gate_json(const GateFigures& figures) {
  Json points = Json::array();
  for (const GatePoint& point : figures.gate.points)
    points.push_back({{"quantizer", point.quantizer},
                      {"bytes", point.bytes},
                      {"repacked_bytes", point.repacked_bytes},
                      {"theirs", levels_json(point.theirs)},
                      {"rounded", levels_json(point.rounded)},
                      {"improved", levels_json(point.improved)}});
  return {{"clip", figures.clip},
          {"peer", figures.gate.peer},
          {"repacked_percent", figures.gate.repacked_percent()},
          {"rounded_bd_psnr", optional_json(figures.gate.rounded_psnr())},
          {"bd_psnr", optional_json(figures.gate.improved_psnr())},
          {"bd_ssim", optional_json(figures.gate.improved_ssim())},
          {"points", std::move(points)}};
}

Json decoding_json(const DecodeFigures& figures) {
  Json decoders = Json::array();
  for (std::size_t i = 0; i < figures.decoders.size(); ++i)
    decoders.push_back({{"name", figures.decoders[i]},
                        {"cpu_s", figures.cpu_seconds[i]},
                        {"fps", figures.frames_per_second(i)}});
  return {{"clip", figures.clip},
          {"quantizer", figures.quantizer},
          {"frames", figures.frames},
          {"bytes", figures.bytes},
          {"decoders", std::move(decoders)}};
}

Json candidates_json(const CandidateFigures& figures) {
  Json costs = Json::array();
  for (const CandidateCost& cost : figures.costs)
    costs.push_back({{"candidates", cost.candidates},
                     {"cpu_s", cost.cpu_seconds},
                     {"cpu_ratio", cost.cpu_seconds / figures.costs.front().cpu_seconds},
                     {"wall_s_one_thread", cost.alone_seconds},
                     {"wall_s_two_threads", cost.wall_seconds},
                     {"wall_ratio_to_one_thread", cost.wall_seconds / figures.costs.front().alone_seconds},
                     {"threads_speedup", cost.alone_seconds / cost.wall_seconds},
                     {"wall_ratio", cost.wall_seconds / figures.costs.front().wall_seconds}});
  return {{"clip", figures.clip},
          {"effort", figures.effort},
          {"quantizer", figures.quantizer},
          {"costs", std::move(costs)}};
}

Json budget_json(const BudgetFigures& figures) {
  const BudgetAccuracy& a = figures.accuracy;
  return {{"clip", figures.clip},   {"effort", figures.effort},
          {"frame_bytes", a.limit}, {"frames", a.frames},
          {"above", a.above},       {"broken", a.broken},
          {"limited", a.limited},   {"median_fill", a.median_fill},
          {"p5_fill", a.low_fill},  {"cpu_s", a.cpu_seconds}};
}

Json profile_json(const ProfileFigures& figures) {
  Json stages;
  for (std::size_t i = 0; i < codec::kStages; ++i)
    stages[stage_name(static_cast<codec::Stage>(i))] = figures.profile.stages[i];
  return {{"clip", figures.clip},
          {"effort", figures.effort},
          {"quantizer", figures.quantizer},
          {"analyse_ms", figures.profile.analyse},
          {"code_ms", figures.profile.code},
          {"finish_ms", figures.profile.finish},
          {"stages_ms", std::move(stages)}};
}

template <class Figures, class ToJson>
Json list_json(const std::vector<Figures>& all, ToJson to_json) {
  Json list = Json::array();
  for (const Figures& one : all) list.push_back(to_json(one));
  return list;
}

}  // namespace

Json figures_json(const CodecFigures& figures) {
  return {{"machine", machine_json()},
          {"versions", versions_json(SKIRRET_VERSION)},
          {"frames", figures.frames},
          {"repetitions", figures.repetitions},
          {"fixed_quantizers", curves_json(figures.at_quantizers)},
          {"call_rates", curves_json(figures.at_rates)},
          {"screen_content", curves_json(figures.on_screens)},
          {"gates", list_json(figures.gates, gate_json)},
          {"decoding", list_json(figures.decoding, decoding_json)},
          {"candidates", list_json(figures.candidates, candidates_json)},
          {"budgets", list_json(figures.budgets, budget_json)},
          {"profiles", list_json(figures.profiles, profile_json)},
          {"groups", compared_groups(figures)}};
}

}  // namespace skirret::bench
