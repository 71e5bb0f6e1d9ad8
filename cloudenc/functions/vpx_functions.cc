#include <span>
#include <string>

#include "cloudenc/functions/environment.hh"
#include "cloudenc/functions/function_list.hh"
#include "cloudenc/functions/inputs.hh"

namespace skirret::cloudenc {
namespace {

Result<void> measure(Call& call) {
  const auto skip = call.arguments().at("skip").get<std::size_t>();
  const auto pictures = input_pictures(call, 0);
  if (!pictures) return tl::unexpected(pictures.error());
  const auto frames = first_pass(*pictures);
  if (!frames) return tl::unexpected(frames.error());
  Arguments table = Arguments::array();
  for (std::size_t i = skip; i < frames->size(); ++i) {
    const FirstPassFrame& f = (*frames)[i];
    table.push_back(
        {f.intra_error, f.coded_error, f.inter_share, f.motion_share, f.second_share, f.neutral_share});
  }
  const std::string text = table.dump();
  return call.emit(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<VpxEffort> effort_of(const std::string& name) {
  if (name == "good") return VpxEffort::kQuick;
  if (name == "vectors") return VpxEffort::kVectors;
  if (name == "best") return VpxEffort::kBest;
  if (name == "rt") return VpxEffort::kRealtime;
  return fail(ErrorCode::kInvalid, "no effort '" + name + "'");
}

Result<void> encode(Call& call) {
  const auto quantizers = call.arguments().at("quantizers").get<std::vector<int>>();
  const auto effort = effort_of(call.arguments().at("effort").get<std::string>());
  if (!effort) return tl::unexpected(effort.error());
  const auto pictures = input_pictures(call, 0);
  if (!pictures) return tl::unexpected(pictures.error());
  if (quantizers.size() != pictures->size())
    return fail(ErrorCode::kInvalid, "a chunk needs one quantizer for each picture");
  for (const int quantizer : quantizers)
    if (quantizer < 0 || quantizer > 63) return fail(ErrorCode::kInvalid, "quantizers are 0..63");
  const auto frames = encode_chunk(*pictures, quantizers, *effort);
  if (!frames) return tl::unexpected(frames.error());
  return call.emit(ivf_blob(pictures->front().dimensions(), *frames));
}

}  // namespace

Function first_pass_function() {
  Function function;
  function.name = "first_pass";
  function.version = 2;
  function.environment = vpx_environment();
  function.run = measure;
  return function;
}

Function chunk_function() {
  Function function;
  function.name = "chunk";
  function.version = 3;
  function.environment = vpx_environment();
  function.run = encode;
  return function;
}

}  // namespace skirret::cloudenc
