#include "tools/bench/codec/compared_groups.hh"

#include <string>
#include <utility>

namespace skirret::bench {
namespace {

using Json = nlohmann::ordered_json;

void add(Json& groups, const std::string& key, Json values) {
  groups.push_back({{"key", key}, {"values", std::move(values)}});
}

void add_curves(Json& groups, const std::string& part, const std::vector<ClipCurves>& clips) {
  for (const ClipCurves& clip : clips)
    for (const EncoderCurve& curve : clip.encoders) {
      if (!curve.ours) continue;
      Json values = {{"speed", {curve.speed}}};
      if (curve.bd.psnr) values["bd_psnr"] = {*curve.bd.psnr};
      if (curve.bd.ssim) values["bd_ssim"] = {*curve.bd.ssim};
      add(groups, part + ", " + clip.clip + ", " + curve.name, std::move(values));
    }
}

// The first decoder is libvpx.
void add_decoding(Json& groups, const std::vector<DecodeFigures>& all) {
  for (const DecodeFigures& one : all)
    for (std::size_t i = 1; i < one.decoders.size(); ++i)
      if (one.decoders[i].starts_with("skirret"))
        add(groups, "decoding, " + one.clip + " q" + std::to_string(one.quantizer) + ", " + one.decoders[i],
            {{"decode_speed", {one.frames_per_second(i) / one.frames_per_second(0)}}});
}

}  // namespace

std::vector<ComparedFigure> codec_compared_figures() {
  return {{"speed", "encoding speed, libvpx = 1", "", false, 0.01, 0.07},
          {"bd_psnr", "bits at equal PSNR", "%", true, 0.2, 0},
          {"bd_ssim", "bits at equal SSIM", "%", true, 0.2, 0},
          {"packed", "bits for the same pictures", "%", true, 0.1, 0},
          {"decode_speed", "decoding speed, libvpx = 1", "", false, 0.02, 0.07},
          {"cpu_ratio", "CPU beside one candidate", "", true, 0.02, 0.07},
          {"above", "frames above the limit", "", true, 0, 0},
          {"broken", "frames above a limit that their smallest form keeps", "", true, 0, 0},
          {"median_fill", "median fill", "", false, 0.005, 0},
          {"p5_fill", "fill, 5th percentile", "", false, 0.01, 0}};
}

Json compared_groups(const CodecFigures& figures) {
  Json groups = Json::array();
  add_curves(groups, "fixed quantizers", figures.at_quantizers);
  add_curves(groups, "call rates", figures.at_rates);
  add_curves(groups, "screen content", figures.on_screens);
  for (const GateFigures& one : figures.gates) {
    Json values = {{"packed", {one.gate.repacked_percent()}}};
    if (const auto bits = one.gate.improved_psnr()) values["bd_psnr"] = {*bits};
    if (const auto bits = one.gate.improved_ssim()) values["bd_ssim"] = {*bits};
    add(groups, "gate, " + one.clip + ", " + one.gate.peer, std::move(values));
  }
  add_decoding(groups, figures.decoding);
  for (const CandidateFigures& one : figures.candidates)
    for (std::size_t i = 1; i < one.costs.size(); ++i)
      add(groups, std::to_string(one.costs[i].candidates) + " candidates, " + one.clip,
          {{"cpu_ratio", {one.costs[i].cpu_seconds / one.costs.front().cpu_seconds}}});
  for (const BudgetFigures& one : figures.budgets)
    add(groups, "frames of " + std::to_string(one.accuracy.limit) + " bytes, " + one.clip,
        {{"above", {one.accuracy.above}},
         {"broken", {one.accuracy.broken}},
         {"median_fill", {one.accuracy.median_fill}},
         {"p5_fill", {one.accuracy.low_fill}}});
  return groups;
}

}  // namespace skirret::bench
