#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "codec/container/y4m.hh"
#include "codec/media/picture_scaler.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/md5.hh"
#include "tools/skirret-vp8/vp8_file.hh"

namespace skirret::vp8 {
namespace {

struct Options {
  std::string in;
  std::string out;
  bool md5 = false;
  bool scale_to_first = false;
};

std::string size_text(codec::Dimensions d) {
  return std::to_string(d.width) + "x" + std::to_string(d.height);
}

// The -o file: opened at the first picture, whose size is the file's.
class Y4mOutput {
 public:
  Y4mOutput(const Options& options, const codec::IvfHeader& header) : options_(options), stream_(header) {}

  Result<void> write(const codec::Picture& picture, std::uint64_t frame) {
    if (!writer_) {
      codec::Y4mHeader header;
      header.dimensions = picture.dimensions();
      if (stream_.rate > 0 && stream_.scale > 0) {
        header.rate_numerator = stream_.rate;
        header.rate_denominator = stream_.scale;
      }
      auto writer = codec::Y4mWriter::create(options_.out, header);
      if (!writer) return tl::unexpected(writer.error());
      writer_ = std::move(*writer);
      size_ = header.dimensions;
    }
    if (picture.dimensions() == size_) return writer_->write(picture);
    if (!options_.scale_to_first)
      return fail(ErrorCode::kUnsupported, options_.in + ": frame " + std::to_string(frame) +
                                               " changes the size from " + size_text(size_) + " to " +
                                               size_text(picture.dimensions()) +
                                               ", which a Y4M file cannot hold: give --scale-to-first");
    const auto scaled = codec::scaled(picture, size_);
    if (!scaled) return tl::unexpected(scaled.error());
    return writer_->write(*scaled);
  }

  Result<void> finish() {
    if (writer_) return writer_->finish();
    return fail(ErrorCode::kUnsupported, options_.in + ": shows no picture, so there is nothing to write");
  }
  // Keeps the whole pictures so far beside the final name; gives what to tell about it.
  std::string keep() {
    if (!writer_ || writer_->frames() == 0) return "";
    const std::uint64_t frames = writer_->frames();
    const auto kept = writer_->finish_partial();
    return kept ? "; " + std::to_string(frames) + " pictures are kept in " + kept->string() : "";
  }

 private:
  const Options& options_;
  codec::IvfHeader stream_;
  std::optional<codec::Y4mWriter> writer_;
  codec::Dimensions size_;
};

struct Counts {
  std::uint64_t decoded = 0;
  std::uint64_t shown = 0;
  std::uint64_t truncated = 0;
  double seconds = 0;  // in decode alone
  cli::Json md5 = cli::Json::array();
};

Result<cli::Outcome> report(const cli::Program& program, const Options& options, Counts counts) {
  const double fps = counts.seconds > 0 ? static_cast<double>(counts.decoded) / counts.seconds : 0;
  if (!options.md5)
    program.print(std::to_string(counts.shown) + " pictures of " + std::to_string(counts.decoded) +
                  " frames, " + std::to_string(static_cast<int>(fps)) + " frames a second\n");
  cli::Outcome outcome;
  outcome.report = {{"frames", counts.shown},
                    {"decoded", counts.decoded},
                    {"truncated", counts.truncated},
                    {"decode_s", counts.seconds},
                    {"fps", fps}};
  if (options.md5) outcome.report["md5"] = std::move(counts.md5);
  return outcome;
}

Result<cli::Outcome> decode(const cli::Program& program, const Options& options) {
  using Clock = std::chrono::steady_clock;
  auto file = Vp8File::open(options.in);
  if (!file) return tl::unexpected(file.error());
  Y4mOutput output(options, file->header());
  cli::Progress progress("decoding", file->header().frame_count);
  Counts counts;
  while (true) {
    if (cli::stop_requested())
      return fail(ErrorCode::kIo,
                  "stopped after " + std::to_string(counts.decoded) + " frames" + output.keep());
    const auto start = Clock::now();
    auto step = file->next();
    counts.seconds += std::chrono::duration<double>(Clock::now() - start).count();
    if (!step) return fail(step.error().code, step.error().message + output.keep());
    if (!*step) break;
    ++counts.decoded;
    if (!options.md5) progress.update(counts.decoded);  // it would stand between the lines
    const codec::Decoded& decoded = (*step)->decoded;
    if (decoded.truncated) ++counts.truncated;
    if (!decoded.show) continue;
    if (options.md5) {
      const std::string sum = i420_md5(decoded.shown);
      program.print(sum + "  " + std::to_string(counts.shown) + "\n");
      if (program.json()) counts.md5.push_back(sum);
    }
    if (!options.out.empty()) {
      if (auto done = output.write(decoded.shown, (*step)->index); !done) return tl::unexpected(done.error());
    }
    ++counts.shown;
  }
  if (!options.out.empty()) {
    if (auto done = output.finish(); !done) return tl::unexpected(done.error());
  }
  return report(program, options, std::move(counts));
}

}  // namespace

Command decode_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "decode", "Decode a VP8 stream.",
      {{"skirret-vp8 decode clip.ivf --md5", "\"MD5  INDEX\" for each picture that vpxdec would output"},
       {"skirret-vp8 decode clip.ivf -o clip.y4m", "write the pictures"},
       {"skirret-vp8 decode clip.ivf", "only say how many there are and how fast that went"}});
  auto options = std::make_shared<Options>();
  app.add_option("IN", options->in, "The stream: an IVF file")->required();
  app.add_flag("--md5", options->md5, "Print the MD5 of each picture's I420 bytes, as decoded");
  app.add_option("-o,--output", options->out, "Write the pictures to this Y4M file");
  app.add_flag("--scale-to-first", options->scale_to_first,
               "In the Y4M file, scale pictures to the first one's size when the stream changes it");
  return {&app, [&program, options] { return decode(program, *options); }};
}

}  // namespace skirret::vp8
