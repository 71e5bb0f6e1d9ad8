#include "tools/bench/codec/measure_codec.hh"

#include <algorithm>
#include <utility>

#include "tools/bench/codec/coding_run.hh"

namespace skirret::bench {
namespace {

constexpr int kMiddleQuantizer = 39;
constexpr int kDecodeQuantizers[] = {4, 39};  // a high and a low rate
constexpr const char* kScreenClip = "screen-web";

class Measuring {
 public:
  Measuring(const CodecBenchOptions& options, const std::function<bool(const std::string&)>& step)
      : options_(options), step_(step) {
    figures_.frames = options.frames;
    figures_.repetitions = options.repetitions;
  }

  Result<CodecFigures> run() {
    for (const std::string& name : options_.clips) {
      auto clip = load(name);
      if (!clip) return tl::unexpected(clip.error());
      if (auto done = measure(*clip); !done) return tl::unexpected(done.error());
    }
    if (wanted("screen"))
      if (auto done = screen(); !done) return tl::unexpected(done.error());
    return std::move(figures_);
  }

 private:
  bool wanted(const std::string& part) const {
    return std::ranges::find(options_.parts, part) != options_.parts.end();
  }
  Result<void> announce(const std::string& what) const {
    return step_(what) ? Result<void>() : fail(ErrorCode::kIo, "stopped before " + what);
  }
  Result<Clip> load(const std::string& name) const {
    const auto path = find_clip(name);
    return path ? load_clip(*path, options_.frames) : tl::unexpected(path.error());
  }

  std::vector<EncoderSetting> settings(std::vector<EncoderSetting> peers) const {
    if (options_.baseline_only) peers.resize(1);
    for (const int effort : options_.efforts) peers.push_back(our_setting(effort, options_.regions));
    return peers;
  }

  Result<void> measure(const Clip& clip) {
    std::vector<EncodeTarget> fixed, rates;
    for (const int index : options_.quantizers) fixed.emplace_back(AtQuantizer{index});
    for (const int kbps : options_.rates) rates.emplace_back(AtRate{kbps});
    if (wanted("gate"))
      if (auto done = gates(clip); !done) return done;
    if (wanted("quantizers"))
      if (auto done = curves(clip, settings(vpx_peers()), fixed, figures_.at_quantizers); !done) return done;
    if (wanted("rates"))
      if (auto done = curves(clip, settings(vpx_peers()), rates, figures_.at_rates); !done) return done;
    if (wanted("decode"))
      if (auto done = decode(clip); !done) return done;
    if (wanted("candidates"))
      if (auto done = candidates(clip); !done) return done;
    if (wanted("budget"))
      if (auto done = budgets(clip); !done) return done;
    return wanted("profile") ? profile(clip) : Result<void>();
  }

  Result<void> gates(const Clip& clip) {
    for (const EncoderSetting& peer : vpx_gate_peers()) {
      if (auto go = announce(clip.name + ": gate beside " + peer.name); !go) return go;
      auto gate = measure_gate(clip, peer, options_.quantizers);
      if (!gate) return tl::unexpected(gate.error());
      figures_.gates.push_back({clip.name, std::move(*gate)});
      if (options_.baseline_only) break;
    }
    return {};
  }

  Result<void> curves(const Clip& clip, const std::vector<EncoderSetting>& settings,
                      const std::vector<EncodeTarget>& targets, std::vector<ClipCurves>& to) {
    if (auto go = announce(clip.name + ": curves"); !go) return go;
    auto measured = measure_curves(clip, settings, targets, options_.repetitions);
    if (!measured) return tl::unexpected(measured.error());
    to.push_back(std::move(*measured));
    return {};
  }

  Result<void> screen() {
    const auto clip = load(kScreenClip);
    if (!clip) return tl::unexpected(clip.error());
    std::vector<EncodeTarget> fixed;
    for (const int index : options_.quantizers) fixed.emplace_back(AtQuantizer{index});
    return curves(*clip, settings({vpx_setting(VpxDeadline::kRealtime, -8, true)}), fixed,
                  figures_.on_screens);
  }

  Result<void> decode(const Clip& clip) {
    if (auto go = announce(clip.name + ": decoding"); !go) return go;
    const std::vector<DecoderSetting> decoders = {vpx_decoder_setting(), ffmpeg_decoder_setting(),
                                                  our_decoder_setting(), our_two_thread_setting()};
    for (const int quantizer : kDecodeQuantizers) {
      const auto encoded = encode_in_turns(clip, {vpx_frontier().front()}, AtQuantizer{quantizer}, 1);
      if (!encoded) return tl::unexpected(encoded.error());
      const std::vector<ByteVector>& stream = encoded->front().frames;
      auto seconds = decode_in_turns(stream, decoders, std::max(options_.repetitions, 1) * 3);
      if (!seconds) return tl::unexpected(seconds.error());
      DecodeFigures figures{clip.name, quantizer, stream.size(), 0, {}, std::move(*seconds)};
      for (const ByteVector& frame : stream) figures.bytes += frame.size();
      for (const DecoderSetting& decoder : decoders) figures.decoders.push_back(decoder.name);
      figures_.decoding.push_back(std::move(figures));
    }
    return {};
  }

  Result<void> candidates(const Clip& clip) {
    if (auto go = announce(clip.name + ": candidates"); !go) return go;
    figures_.candidates.push_back({clip.name, options_.call_effort, kMiddleQuantizer,
                                   measure_candidates(clip, options_.call_effort, kMiddleQuantizer,
                                                      {1, 2, 3, 5}, options_.repetitions)});
    return {};
  }

  Result<void> budgets(const Clip& clip) {
    for (const std::size_t limit : options_.frame_bytes) {
      if (auto go = announce(clip.name + ": frames of " + std::to_string(limit) + " bytes"); !go) return go;
      auto accuracy = measure_budget(clip, options_.call_effort, limit);
      if (!accuracy) return tl::unexpected(accuracy.error());
      figures_.budgets.push_back({clip.name, options_.call_effort, *accuracy});
    }
    return {};
  }

  Result<void> profile(const Clip& clip) {
    for (const int effort : options_.efforts) {
      if (auto go = announce(clip.name + ": profile of effort " + std::to_string(effort)); !go) return go;
      figures_.profiles.push_back(
          {clip.name, effort, kMiddleQuantizer, profile_stages(clip, effort, kMiddleQuantizer)});
    }
    return {};
  }

  const CodecBenchOptions& options_;
  const std::function<bool(const std::string&)>& step_;
  CodecFigures figures_;
};

}  // namespace

Result<CodecFigures> measure_codec(const CodecBenchOptions& options,
                                   const std::function<bool(const std::string&)>& step) {
  return Measuring(options, step).run();
}

}  // namespace skirret::bench
