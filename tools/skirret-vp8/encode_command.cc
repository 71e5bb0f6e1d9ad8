#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "codec/container/ivf.hh"
#include "codec/encoder/regions.hh"
#include "codec/media/source.hh"
#include "codec/quality/quality.hh"
#include "sender/thread_pool.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/report_numbers.hh"
#include "tools/skirret-vp8/stream_encoder.hh"

namespace skirret::vp8 {
namespace {

using Clock = std::chrono::steady_clock;
using codec::PlaneName;

struct Options {
  std::string in, out;
  int quantizer = 40;
  int kbps = 0;
  std::uint64_t frame_bytes = 0;
  int effort = 3;
  std::string regions = "none";
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::uint64_t frames = 0;  // 0: all
  bool per_frame = false;

  SizePolicy policy() const {
    if (kbps > 0) return TargetRate{kbps};
    if (frame_bytes > 0) return FrameLimit{frame_bytes};
    return FixedQuantizer{quantizer};
  }
};

struct FrameReport {
  std::size_t bytes = 0;
  bool key = false;
  codec::Quantizer quantizer = 0;
  int shrink_level = 0;
};

struct Encoded {
  std::vector<FrameReport> frames;
  codec::QualityMeter quality;
  double seconds = 0;  // in the encoder alone
  codec::FrameRate rate;

  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const FrameReport& frame : frames) sum += frame.bytes;
    return sum;
  }
  double kbps() const {
    const double duration = static_cast<double>(frames.size()) / rate.value();
    return frames.empty() ? 0 : static_cast<double>(bytes()) * 8 / 1000 / duration;
  }
  double fps() const { return seconds > 0 ? static_cast<double>(frames.size()) / seconds : 0; }
};

// While a frame is encoded, the next one is read and the one before is measured.
class Encoding {
 public:
  Encoding(const Options& options, codec::Regions regions, codec::VideoSource& source,
           codec::IvfWriter& writer)
      : options_(options),
        source_(source),
        writer_(writer),
        pool_(options.threads),
        encoder_(options.policy(), codec::Effort{options.effort}, source.info(), regions) {
    encoded_.rate = source.info().rate;
  }

  Result<void> run() {
    cli::Progress progress("encoding", options_.frames);
    if (auto done = read(); !done) return done;
    while (next_ && !cli::stop_requested()) {
      current_ = std::exchange(next_, std::nullopt);
      Result<StreamEncoder::Coded> coded;
      Result<void> others;
      const std::function<void(std::size_t)> jobs = [&](std::size_t job) {
        if (job == 0) coded = encode();
        if (job == 1) others = read_ahead();
      };
      pool_.run(2, jobs);
      if (!coded)
        return fail(coded.error().code,
                    options_.in + ": frame " + count_text() + ": " + coded.error().message);
      if (auto done = write(*coded); !done) return done;
      if (!others) return others;
      progress.update(encoded_.frames.size(), fixed(encoded_.fps(), 1) + " fps");
    }
    measure();
    return {};
  }

  const Encoded& encoded() const { return encoded_; }

 private:
  std::string count_text() const { return std::to_string(encoded_.frames.size()); }

  Result<StreamEncoder::Coded> encode() {
    const auto start = Clock::now();
    auto coded = encoder_.next(current_->picture);
    encoded_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    return coded;
  }

  Result<void> read_ahead() {
    measure();
    if (options_.frames > 0 && encoded_.frames.size() + 1 >= options_.frames) return {};
    return read();
  }

  Result<void> read() {
    auto frame = source_.next();
    if (!frame) return tl::unexpected(frame.error());
    next_ = std::move(*frame);
    return {};
  }

  Result<void> write(const StreamEncoder::Coded& coded) {
    const codec::Candidate& candidate = coded.candidate;
    encoded_.frames.push_back(
        {candidate.bytes.size(), candidate.key_frame, candidate.quantizer, candidate.shrink_level});
    unmeasured_.emplace(current_->picture, coded.state.last);
    // In the time base of one tick a frame; irregular sources skip ticks.
    const double ticks = to_seconds(current_->timestamp) * encoded_.rate.value() + 0.5;
    pts_ = std::max(pts_ + 1, static_cast<std::int64_t>(ticks));
    return writer_.write(static_cast<std::uint64_t>(pts_), candidate.bytes);
  }

  void measure() {
    if (!unmeasured_) return;
    encoded_.quality.add(codec::measure(unmeasured_->first, unmeasured_->second));
    unmeasured_.reset();
  }

  const Options& options_;
  codec::VideoSource& source_;
  codec::IvfWriter& writer_;
  sender::ThreadPool pool_;
  StreamEncoder encoder_;
  Encoded encoded_;
  std::optional<codec::SourceFrame> current_, next_;
  std::optional<std::pair<codec::Picture, codec::Picture>> unmeasured_;  // source, coded
  std::int64_t pts_ = -1;
};

cli::Json json_of(const Encoded& encoded, bool per_frame) {
  cli::Json json = {{"frames", encoded.frames.size()},
                    {"bytes", encoded.bytes()},
                    {"kbps", encoded.kbps()},
                    {"psnr_y", finite(encoded.quality.psnr(PlaneName::kY))},
                    {"psnr_u", finite(encoded.quality.psnr(PlaneName::kU))},
                    {"psnr_v", finite(encoded.quality.psnr(PlaneName::kV))},
                    {"ssim_y", encoded.quality.ssim(PlaneName::kY)},
                    {"ssim_y_db", finite(codec::ssim_to_db(encoded.quality.ssim(PlaneName::kY)))},
                    {"encode_s", encoded.seconds},
                    {"fps", encoded.fps()}};
  if (!per_frame) return json;
  cli::Json sizes = cli::Json::array(), frames = cli::Json::array();
  for (const FrameReport& frame : encoded.frames) {
    sizes.push_back(frame.bytes);
    frames.push_back({{"bytes", frame.bytes},
                      {"kind", frame.key ? "key" : "inter"},
                      {"quantizer", frame.quantizer},
                      {"shrink_level", frame.shrink_level}});
  }
  json["frame_bytes"] = std::move(sizes);
  json["per_frame"] = std::move(frames);
  return json;
}

std::string text_of(const Encoded& encoded, bool per_frame) {
  std::string text;
  for (std::size_t i = 0; per_frame && i < encoded.frames.size(); ++i) {
    const FrameReport& frame = encoded.frames[i];
    text += std::to_string(i) + (frame.key ? " key " : " inter ") + std::to_string(frame.bytes) +
            " bytes, quantizer " + std::to_string(frame.quantizer) + "\n";
  }
  return text + std::to_string(encoded.frames.size()) + " frames, " + std::to_string(encoded.bytes()) +
         " bytes, " + fixed(encoded.kbps(), 1) + " kbit/s, PSNR Y " +
         decibels(encoded.quality.psnr(PlaneName::kY)) + ", SSIM Y " +
         fixed(encoded.quality.ssim(PlaneName::kY), 5) + ", " + fixed(encoded.fps(), 1) + " fps\n";
}

// What we encode must be what we, too, decode by default.
Result<void> check_size(const Options& options, codec::Dimensions d) {
  const std::uint64_t pixels = static_cast<std::uint64_t>(d.width) * static_cast<std::uint64_t>(d.height);
  if (pixels <= codec::Limits{}.max_pixels) return {};
  return fail(ErrorCode::kLimit,
              options.in + ": is " + std::to_string(d.width) + "x" + std::to_string(d.height) +
                  ", above the limit of 4096x4096 pixels: scale it down, e.g. with ffmpeg -vf "
                  "scale=1280:-2");
}

Result<cli::Outcome> encode(const cli::Program& program, const Options& options) {
  const auto regions = codec::parse_regions(options.regions);
  if (!regions) return tl::unexpected(regions.error());
  auto source = codec::open_source(options.in);
  if (!source) return tl::unexpected(source.error());
  const codec::SourceInfo& info = (*source)->info();
  if (auto fits = check_size(options, info.dimensions); !fits) return tl::unexpected(fits.error());
  codec::IvfHeader header;
  header.width = info.dimensions.width;
  header.height = info.dimensions.height;
  header.rate = static_cast<std::uint32_t>(info.rate.numerator);
  header.scale = static_cast<std::uint32_t>(info.rate.denominator);
  auto writer = codec::IvfWriter::create(options.out, header);
  if (!writer) return tl::unexpected(writer.error());
  Encoding encoding(options, *regions, **source, *writer);
  if (auto done = encoding.run(); !done) return tl::unexpected(done.error());
  const Encoded& encoded = encoding.encoded();
  if (cli::stop_requested()) {
    if (encoded.frames.empty()) return fail(ErrorCode::kIo, "stopped before the first frame");
    const auto kept = writer->finish_partial();
    if (!kept) return tl::unexpected(kept.error());
    return fail(ErrorCode::kIo, "stopped after " + std::to_string(encoded.frames.size()) +
                                    " frames; they are kept in " + kept->string());
  }
  if (auto done = writer->finish(); !done) return tl::unexpected(done.error());
  program.print(text_of(encoded, options.per_frame));
  return cli::Outcome{json_of(encoded, options.per_frame)};
}

}  // namespace

Command encode_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "encode", "Encode a video as VP8.",
      {{"skirret-vp8 encode clip.y4m -o clip.ivf --quantizer 30", "every frame at one quantizer"},
       {"skirret-vp8 encode clip.mp4 -o clip.ivf --kbps 800 --json", "about 800 kbit/s; figures as JSON"},
       {"skirret-vp8 encode clip.y4m -o clip.ivf --frame-bytes 1200", "no frame above 1200 bytes"}});
  auto options = std::make_shared<Options>();
  app.add_option("IN", options->in, "The video: any file FFmpeg reads, or lavfi:GRAPH")->required();
  app.add_option("-o,--output", options->out, "The IVF file to write")->required();
  CLI::Option* quantizer =
      app.add_option("--quantizer", options->quantizer, "Code every frame at this quantizer, fine to coarse")
          ->check(CLI::Range(0, 127))
          ->capture_default_str();
  CLI::Option* kbps = app.add_option("--kbps", options->kbps, "Aim at this mean rate, in 1000 bits a second")
                          ->check(CLI::Range(1, 1'000'000))
                          ->excludes(quantizer);
  app.add_option("--frame-bytes", options->frame_bytes,
                 "Keep every frame within this many bytes (the first as near as it gets)")
      ->check(CLI::Range(1, 1 << 28))
      ->excludes(quantizer)
      ->excludes(kbps);
  app.add_option("--effort", options->effort, "0 fastest to 5 best")
      ->check(CLI::Range(0, 5))
      ->capture_default_str();
  app.add_option("--regions", options->regions,
                 "Regions to code finer: still (background), text, skin; with commas, or none")
      ->capture_default_str();
  app.add_option("--threads", options->threads, "Threads to use; the bytes do not depend on it")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--frames", options->frames, "Stop after this many frames")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_flag("--per-frame", options->per_frame, "Report each frame's size and quantizer, too");
  return {&app, [&program, options] { return encode(program, *options); }};
}

}  // namespace skirret::vp8
