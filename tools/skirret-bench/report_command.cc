#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "codec/container/y4m.hh"
#include "codec/media/source.hh"
#include "tools/cli/progress.hh"
#include "tools/skirret-bench/call_analysis.hh"
#include "tools/skirret-bench/call_log.hh"
#include "tools/skirret-bench/charts.hh"
#include "tools/skirret-bench/command.hh"
#include "tools/skirret-bench/picture_quality.hh"
#include "tools/skirret-bench/report_page.hh"

namespace skirret::bench {
namespace {

// From the logs of one call to its summary and its page.
struct ReportOptions {
  std::string sender_stats;
  std::string receiver_stats;
  std::string link_stats;  // may be empty
  std::string source;      // empty: no quality
  std::string received;    // empty: no quality
  std::string size;        // WxH, empty: the source's own
  std::string fps;         // empty: the source's own
  std::string source_name;
  std::string link_name;
  std::string output;   // empty: no page
  std::string picture;  // empty: no picture
  std::string summary;  // empty: no file of the JSON
};

Result<PictureStream> y4m_stream(const std::string& path) {
  auto opened = codec::Y4mReader::open(path);
  if (!opened) return tl::unexpected(opened.error());
  return [reader = std::make_shared<codec::Y4mReader>(std::move(*opened))] { return reader->next(); };
}

// As the sender took it: scaled, at the call's rate, from its start again after its end.
Result<PictureStream> source_stream(const ReportOptions& options) {
  codec::SourceOptions wanted{.size = {}, .fps = {}, .loop = true, .keep_stream_sizes = false};
  if (!options.size.empty()) {
    auto size = codec::parse_size(options.size);
    if (!size) return tl::unexpected(size.error());
    wanted.size = *size;
  }
  if (!options.fps.empty()) {
    auto rate = codec::parse_rate(options.fps);
    if (!rate) return tl::unexpected(rate.error());
    wanted.fps = *rate;
  }
  auto opened = codec::open_source(options.source, wanted);
  if (!opened) return tl::unexpected(opened.error());
  std::shared_ptr<codec::VideoSource> source = std::move(*opened);
  return [source]() -> Result<std::optional<codec::Picture>> {
    auto frame = source->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) return std::nullopt;
    return std::move((*frame)->picture);
  };
}

Result<std::vector<FrameQuality>> measure_quality(const ReportOptions& options, const CallLog& log) {
  if (options.source.empty() || options.received.empty()) return std::vector<FrameQuality>{};
  auto received = y4m_stream(options.received);
  if (!received) return tl::unexpected(received.error());
  auto source = source_stream(options);
  if (!source) return tl::unexpected(source.error());
  cli::Progress progress("comparing pictures", log.shown.size());
  return measure_shown(log.shown, *received, *source,
                       [&progress](std::size_t done) { progress.update(done); });
}

Result<void> write_drawings(const ReportOptions& options, const CallTitle& title,
                            const CallAnalysis& analysis) {
  if (options.output.empty() && options.picture.empty()) return {};
  const auto charts = draw_charts(analysis.timeline);
  if (!options.output.empty()) {
    auto written = write_text_file(options.output, report_page(title, analysis.summary, charts));
    if (!written) return written;
  }
  return options.picture.empty() ? Result<void>() : write_text_file(options.picture, call_picture(charts));
}

CLI::App& add_options(cli::Program& program, ReportOptions& options) {
  CLI::App& command = program.add_command(
      "report", "Sums up one call from the --stats of its programs, and draws it",
      {{"skirret-bench report --sender-stats s.jsonl --receiver-stats r.jsonl --link-stats l.jsonl -o "
        "report.html",
        "delay, bytes and budgets"},
       {"skirret-bench report … --source clip.mp4 --size 640x360 --fps 30 --received out.y4m --json",
        "with SSIM and PSNR of what was shown, as JSON"}});
  command.add_option("--sender-stats", options.sender_stats, "What skirret-sender --stats wrote")->required();
  command.add_option("--receiver-stats", options.receiver_stats, "What skirret-receiver --stats wrote")
      ->required();
  command.add_option("--link-stats", options.link_stats, "What skirret-link --stats wrote");
  command.add_option("--source", options.source, "The call's source, to compare what was shown with");
  command.add_option("--received", options.received, "What skirret-receiver -o wrote");
  command.add_option("--size", options.size, "The call's --size, when it had one");
  command.add_option("--fps", options.fps, "The call's --fps, when it had one");
  command.add_option("--source-name", options.source_name, "What the page calls the source");
  command.add_option("--link-name", options.link_name, "What the page calls the link");
  command.add_option("-o,--output", options.output, "The page to write (HTML)");
  command.add_option("--picture", options.picture, "Where to write the main charts as one SVG");
  command.add_option("--summary", options.summary, "Where to write what --json prints, beside the text");
  return command;
}

Result<cli::Outcome> run_report(const cli::Program& program, const ReportOptions& options) {
  const auto log = read_call_log({options.sender_stats, options.receiver_stats, options.link_stats});
  if (!log) return tl::unexpected(log.error());
  const auto quality = measure_quality(options, *log);
  if (!quality) return tl::unexpected(quality.error());
  const auto analysis = analyse_call(*log, *quality);
  if (!analysis) return tl::unexpected(analysis.error());
  const CallTitle title{.source = options.source_name.empty() ? options.source : options.source_name,
                        .link = options.link_name};
  if (auto drawn = write_drawings(options, title, *analysis); !drawn) return tl::unexpected(drawn.error());
  cli::Json report = summary_json(title, analysis->summary);
  if (!options.summary.empty()) {
    const std::string text = report.dump(2, ' ', false, cli::Json::error_handler_t::replace) + "\n";
    if (auto written = write_text_file(options.summary, text); !written)
      return tl::unexpected(written.error());
  }
  program.print(summary_text(title, analysis->summary));
  return cli::Outcome{.report = std::move(report)};
}

}  // namespace

Command report_command(cli::Program& program) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App& app = add_options(program, *options);
  return {&app, [&program, options] { return run_report(program, *options); }};
}

}  // namespace skirret::bench
