#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "codec/media/source.hh"
#include "codec/quality/quality.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-vp8/command.hh"
#include "tools/skirret-vp8/report_numbers.hh"

namespace skirret::vp8 {
namespace {

using codec::PlaneName;

struct Options {
  std::string a, b;
  bool expect_identical = false;
};

struct Comparison {
  codec::QualityMeter meter;
  std::uint64_t frames_a = 0, frames_b = 0;
  std::uint64_t different = 0;
  std::optional<std::uint64_t> first_different;
  struct Worst {
    std::uint64_t index = 0;
    codec::PictureQuality quality;
  };
  std::optional<Worst> worst;  // by luma SSIM, then by squared error

  bool identical() const { return different == 0 && frames_a == frames_b; }

  void add(const codec::PictureQuality& quality) {
    const std::uint64_t index = meter.frames();
    meter.add(quality);
    if (!quality.identical()) {
      ++different;
      if (!first_different) first_different = index;
    }
    const auto is_worse = [](const codec::PictureQuality& x, const codec::PictureQuality& than) {
      if (x.ssim[0] != than.ssim[0]) return x.ssim[0] < than.ssim[0];
      return x.squared_error[0] > than.squared_error[0];
    };
    if (!worst || is_worse(quality, worst->quality)) worst = Worst{index, quality};
  }
};

Result<Comparison> compare(const Options& options) {
  const codec::SourceOptions as_is{.keep_stream_sizes = true};
  auto a = codec::open_source(options.a, as_is);
  if (!a) return tl::unexpected(a.error());
  auto b = codec::open_source(options.b, as_is);
  if (!b) return tl::unexpected(b.error());
  Comparison found;
  cli::Progress progress("comparing", 0);
  while (true) {
    if (cli::stop_requested())
      return fail(ErrorCode::kIo, "stopped after " + std::to_string(found.meter.frames()) + " frames");
    auto from_a = (*a)->next();
    if (!from_a) return tl::unexpected(from_a.error());
    auto from_b = (*b)->next();
    if (!from_b) return tl::unexpected(from_b.error());
    if (*from_a) ++found.frames_a;
    if (*from_b) ++found.frames_b;
    if (!*from_a && !*from_b) return found;
    if (!*from_a || !*from_b) continue;  // count the longer one's rest
    const codec::Dimensions da = (*from_a)->picture.dimensions(), db = (*from_b)->picture.dimensions();
    if (da != db)
      return fail(ErrorCode::kUnsupported,
                  "frame " + std::to_string(found.meter.frames()) + " is " + std::to_string(da.width) + "x" +
                      std::to_string(da.height) + " in " + options.a + " and " + std::to_string(db.width) +
                      "x" + std::to_string(db.height) + " in " + options.b +
                      ": scale one of them, e.g. with ffmpeg -vf scale=" + std::to_string(da.width) + ":" +
                      std::to_string(da.height));
    found.add(codec::measure((*from_a)->picture, (*from_b)->picture));
    progress.update(found.meter.frames());
  }
}

cli::Json json_of(const Comparison& found) {
  cli::Json json = {{"frames", found.meter.frames()},
                    {"frames_a", found.frames_a},
                    {"frames_b", found.frames_b},
                    {"identical", found.identical()},
                    {"different_frames", found.different}};
  json["first_different"] = found.first_different ? cli::Json(*found.first_different) : cli::Json(nullptr);
  json["psnr_y"] = finite(found.meter.psnr(PlaneName::kY));
  json["psnr_u"] = finite(found.meter.psnr(PlaneName::kU));
  json["psnr_v"] = finite(found.meter.psnr(PlaneName::kV));
  json["psnr"] = finite(found.meter.psnr_all());
  json["ssim_y"] = found.meter.ssim(PlaneName::kY);
  json["ssim_u"] = found.meter.ssim(PlaneName::kU);
  json["ssim_v"] = found.meter.ssim(PlaneName::kV);
  json["ssim_y_db"] = finite(codec::ssim_to_db(found.meter.ssim(PlaneName::kY)));
  if (found.worst)
    json["worst_frame"] = {{"index", found.worst->index},
                           {"psnr_y", finite(found.worst->quality.psnr(PlaneName::kY))},
                           {"ssim_y", found.worst->quality.ssim[0]}};
  return json;
}

std::string text_of(const Comparison& found) {
  const codec::QualityMeter& meter = found.meter;
  std::string text = std::to_string(meter.frames()) + " frames compared";
  if (found.frames_a != found.frames_b)
    text += " (" + std::to_string(found.frames_a) + " against " + std::to_string(found.frames_b) + ")";
  text += found.identical() ? ", identical\n" : ", " + std::to_string(found.different) + " differ\n";
  text += "PSNR  Y " + decibels(meter.psnr(PlaneName::kY)) + "  U " + decibels(meter.psnr(PlaneName::kU)) +
          "  V " + decibels(meter.psnr(PlaneName::kV)) + "  all " + decibels(meter.psnr_all()) + "\n";
  text += "SSIM  Y " + fixed(meter.ssim(PlaneName::kY), 6) + "  U " + fixed(meter.ssim(PlaneName::kU), 6) +
          "  V " + fixed(meter.ssim(PlaneName::kV), 6) + "  (Y " +
          decibels(codec::ssim_to_db(meter.ssim(PlaneName::kY))) + ")\n";
  if (found.worst && !found.identical())
    text += "worst frame " + std::to_string(found.worst->index) + ": PSNR Y " +
            decibels(found.worst->quality.psnr(PlaneName::kY)) + "  SSIM Y " +
            fixed(found.worst->quality.ssim[0], 6) + "\n";
  return text;
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  const auto found = compare(options);
  if (!found) return tl::unexpected(found.error());
  program.print(text_of(*found));
  cli::Outcome outcome{json_of(*found)};
  if (options.expect_identical && !found->identical()) {
    outcome.exit_code = cli::kFailed;
    std::fprintf(stderr, "skirret-vp8: %s and %s differ%s\n", options.a.c_str(), options.b.c_str(),
                 found->first_different
                     ? (", first at frame " + std::to_string(*found->first_different)).c_str()
                     : " in length");
  }
  return outcome;
}

}  // namespace

Command compare_command(cli::Program& program) {
  CLI::App& app = program.add_command(
      "compare", "Measure how far two videos of one size are apart.",
      {{"skirret-vp8 compare clip.y4m clip.ivf", "PSNR and SSIM of each plane, and the worst frame"},
       {"skirret-vp8 compare a.y4m b.mkv --expect-identical", "exit 1 if a picture or the length differs"}});
  auto options = std::make_shared<Options>();
  app.add_option("A", options->a, "A video: any file FFmpeg reads (VP8 is decoded by libvpx)")->required();
  app.add_option("B", options->b, "The other video")->required();
  app.add_flag("--expect-identical", options->expect_identical, "Exit 1 if any picture differs");
  return {&app, [&program, options] { return run(program, *options); }};
}

}  // namespace skirret::vp8
