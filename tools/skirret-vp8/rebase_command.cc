#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "codec/container/ivf.hh"
#include "codec/encoder/rebase.hh"
#include "codec/media/source.hh"
#include "codec/quality/quality.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/report_numbers.hh"
#include "tools/skirret-vp8/vp8_file.hh"

namespace skirret::vp8 {
namespace {

using Clock = std::chrono::steady_clock;
using codec::PlaneName;

struct Options {
  std::string in, onto, source, out;
  int quantizer = -1;  // -1: each frame's own
  int effort = 4;      // of the one frame that is coded anew
  bool plain = false;
};

struct Figures {
  std::uint64_t frames = 0;     // rebased
  std::uint64_t before = 0;     // bytes of these frames as they were
  std::uint64_t after = 0;      // and as they are now
  double seconds = 0;           // in rebase and finish
  codec::QualityMeter was, is;  // shown pictures against their targets
};

// Follows two chains of states: the one that the stream was coded in and the one that it is moved to.
class Rebasing {
 public:
  Rebasing(const Options& options, codec::VideoSource* source, codec::IvfWriter& writer)
      : options_(options), source_(source), writer_(writer) {}

  // Copies a stream whole; its last state is where the chain begins.
  Result<void> begin_after(Vp8File& base) {
    while (true) {
      auto step = base.next();
      if (!step) return tl::unexpected(step.error());
      if (!*step) break;
      if (auto done = writer_.write(pts_++, (*step)->bytes); !done) return done;
      state_ = (*step)->decoded.next;
    }
    return state_->has_pictures()
               ? Result<void>{}
               : fail(ErrorCode::kUnsupported, options_.onto + ": has no frames to follow");
  }

  Result<void> add(const Vp8File::Step& step) {
    auto target = target_of(step);
    if (!target) return tl::unexpected(target.error());
    const auto parsed = codec::parse(step.source, step.bytes);
    if (!parsed) return tl::unexpected(parsed.error());
    if (!state_) {  // no other stream to follow: the chain begins at the stream's own key frame
      state_ = step.decoded.next;
      return writer_.write(pts_++, step.bytes);
    }
    if (parsed->header.key_frame && figures_.frames > 0)
      return fail(ErrorCode::kUnsupported, options_.in + ": frame " + std::to_string(step.index) +
                                               " is a second key frame: cut the stream before it");
    const auto start = Clock::now();
    auto candidate = parsed->header.key_frame ? coded_anew(*target, *parsed) : moved(step, *target, *parsed);
    if (!candidate)
      return fail(ErrorCode::kUnsupported,
                  options_.in + ": frame " + std::to_string(step.index) + ": " + candidate.error().message);
    state_ = codec::finish(*state_, *candidate);
    figures_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    ++figures_.frames;
    figures_.before += step.bytes.size();
    figures_.after += candidate->bytes.size();
    if (parsed->header.show && parsed->header.references.refresh_last) {
      figures_.was.add(codec::measure(step.decoded.shown, *target));
      figures_.is.add(codec::measure(state_->last, *target));
    }
    return writer_.write(pts_++, candidate->bytes);
  }

  const Figures& figures() const { return figures_; }

 private:
  // Frames that are not shown have no picture of the source to be like: they stay what they were.
  Result<codec::Picture> target_of(const Vp8File::Step& step) {
    if (!step.decoded.show || source_ == nullptr) return step.decoded.shown;
    auto frame = source_->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame)
      return fail(ErrorCode::kUnsupported, options_.source + ": ends before the stream, at frame " +
                                               std::to_string(step.index) + " of " + options_.in);
    return (*frame)->picture;
  }

  // The stream's key frame, as an interframe that refreshes what a key frame does.
  Result<codec::Candidate> coded_anew(const codec::Picture& target, const codec::ParsedFrame& frame) const {
    if (frame.dimensions != state_->dimensions)
      return fail(ErrorCode::kInvalid, "the two streams differ in size");
    codec::FramePlan plan;
    plan.refresh_golden = plan.refresh_altref = true;
    const codec::Quantizer quantizer =
        options_.quantizer < 0 ? codec::Quantizer{frame.header.quantizer.y_ac} : options_.quantizer;
    const auto analysis =
        codec::analyse(*state_, target, plan, {quantizer, quantizer}, {}, codec::Effort{options_.effort});
    return codec::code(*state_, target, analysis, quantizer);
  }

  Result<codec::Candidate> moved(const Vp8File::Step& step, const codec::Picture& target,
                                 const codec::ParsedFrame& frame) const {
    codec::RebaseOptions options;
    options.improve = !options_.plain;
    options.own = &step.source;
    if (options_.quantizer >= 0) options.quantizer = options_.quantizer;
    return codec::rebase(*state_, target, frame, options);
  }

  const Options& options_;
  codec::VideoSource* source_;
  codec::IvfWriter& writer_;
  std::optional<codec::State> state_;
  std::uint64_t pts_ = 0;
  Figures figures_;
};

cli::Json json_of(const Figures& f) {
  const auto quality = [](const codec::QualityMeter& meter) -> cli::Json {
    return {{"psnr_y", finite(meter.psnr(PlaneName::kY))},
            {"ssim_y", meter.ssim(PlaneName::kY)},
            {"ssim_y_db", finite(codec::ssim_to_db(meter.ssim(PlaneName::kY)))}};
  };
  return {{"frames", f.frames},
          {"bytes_before", f.before},
          {"bytes", f.after},
          {"before", quality(f.was)},
          {"after", quality(f.is)},
          {"rebase_s", f.seconds},
          {"fps", f.seconds > 0 ? static_cast<double>(f.frames) / f.seconds : 0.0}};
}

std::string text_of(const cli::Json& json) {
  const auto quality = [&json](const char* when) {
    const cli::Json& q = json[when];
    return "PSNR Y " + (q["psnr_y"].is_null() ? "identical" : fixed(q["psnr_y"].get<double>(), 2) + " dB") +
           ", SSIM Y " + fixed(q["ssim_y"].get<double>(), 5);
  };
  return std::to_string(json["frames"].get<std::uint64_t>()) + " frames rebased, " +
         fixed(json["fps"].get<double>(), 1) +
         " fps\n  before: " + std::to_string(json["bytes_before"].get<std::uint64_t>()) + " bytes, " +
         quality("before") + "\n  after:  " + std::to_string(json["bytes"].get<std::uint64_t>()) +
         " bytes, " + quality("after") + "\n";
}

Result<void> run_through(const Options& options, Vp8File& in, Rebasing& rebasing) {
  if (!options.onto.empty()) {
    auto base = Vp8File::open(options.onto);
    if (!base) return tl::unexpected(base.error());
    if (auto done = rebasing.begin_after(*base); !done) return done;
  }
  cli::Progress progress("rebasing", 0);
  while (true) {
    if (cli::stop_requested())
      return fail(ErrorCode::kIo,
                  "stopped after " + std::to_string(rebasing.figures().frames) + " frames; nothing written");
    auto step = in.next();
    if (!step) return tl::unexpected(step.error());
    if (!*step) return {};
    if (auto done = rebasing.add(**step); !done) return done;
    progress.update(rebasing.figures().frames);
  }
}

Result<cli::Outcome> rebase(const cli::Program& program, const Options& options) {
  auto in = Vp8File::open(options.in);
  if (!in) return tl::unexpected(in.error());
  std::unique_ptr<codec::VideoSource> source;
  if (!options.source.empty()) {
    auto opened = codec::open_source(options.source);
    if (!opened) return tl::unexpected(opened.error());
    source = std::move(*opened);
  }
  auto writer = codec::IvfWriter::create(options.out, in->header());
  if (!writer) return tl::unexpected(writer.error());
  Rebasing rebasing(options, source.get(), *writer);
  if (auto done = run_through(options, *in, rebasing); !done) return tl::unexpected(done.error());
  if (rebasing.figures().frames == 0)
    return fail(ErrorCode::kUnsupported, options.in + ": has no interframes to rebase");
  if (auto done = writer->finish(); !done) return tl::unexpected(done.error());
  cli::Json json = json_of(rebasing.figures());
  program.print(text_of(json));
  return cli::Outcome{std::move(json)};
}

}  // namespace

Command rebase_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "rebase", "Give a stream's frames a new residue, so that they follow another state than their own.",
      {{"skirret-vp8 rebase b.ivf --onto a.ivf --source b.y4m -o ab.ivf",
        "b's frames after a's, with no key frame between them"},
       {"skirret-vp8 rebase a.ivf --source a.y4m --quantizer 60 -o coarse.ivf",
        "the same modes and vectors at another quantizer"}});
  auto options = std::make_shared<Options>();
  app.add_option("IN", options->in, "The stream to move: an IVF file with one key frame, its first")
      ->required();
  app.add_option("--onto", options->onto,
                 "The stream to follow, copied before it; default: its own key frame");
  app.add_option("--source", options->source,
                 "The pictures that IN was coded from; default: what IN decodes to");
  app.add_option("-o,--output", options->out, "The IVF file to write")->required();
  app.add_option("--quantizer", options->quantizer, "In place of each frame's own")
      ->check(CLI::Range(0, 127));
  app.add_option("--effort", options->effort,
                 "For IN's first frame, which is coded anew: 0 fastest to 5 best")
      ->check(CLI::Range(0, 5))
      ->capture_default_str();
  app.add_flag("--plain", options->plain, "Transform and quantise, no more: faster and larger");
  return {&app, [&program, options] { return rebase(program, *options); }};
}

}  // namespace skirret::vp8
