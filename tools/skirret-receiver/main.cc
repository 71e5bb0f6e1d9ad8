#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/spdlog.h>

#include "receiver/display.hh"
#include "receiver/live_receiver.hh"
#include "receiver/recorder.hh"
#include "tools/cli/program.hh"
#include "tools/cli/progress.hh"
#include "tools/cli/stop.hh"
#include "tools/skirret-receiver/link_output.hh"
#include "tools/skirret-receiver/stats.hh"
#include "transport/crypto/key_file.hh"
#include "transport/udp/clock.hh"
#include "transport/udp/resolve.hh"

namespace {

using namespace skirret;

constexpr Duration kTick = std::chrono::milliseconds(50);
constexpr Duration kReportEvery = std::chrono::seconds(5);

struct Options {
  std::string listen;
  std::string key;
  std::string link_file;
  std::string output;
  bool display = false;
  std::string stats;
  double exit_after = 0;
  double exit_when_idle = 0;
};

void declare(cli::Program& program, Options& options) {
  CLI::App& app = program.app();
  app.add_option("--listen", options.listen, "HOST:PORT to listen on; port 0 takes a free one")->required();
  app.add_option("--key", options.key,
                 "Keep the link's keys in FILE (made when missing), so that the link stays valid");
  app.add_option("--link-file", options.link_file, "Also write the link to FILE, readable by you alone");
  app.add_option("-o,--output", options.output, "Record what is displayed to OUT.y4m");
  app.add_flag("--display", options.display, "Show the video in a window");
  app.add_option("--stats", options.stats, "Write what happens to FILE, one JSON object a line");
  app.add_option("--exit-after", options.exit_after, "End after so many seconds")->check(CLI::PositiveNumber);
  app.add_option("--exit-when-idle", options.exit_when_idle,
                 "End when the last call has been over for so many seconds")
      ->check(CLI::PositiveNumber);
}

Duration seconds(double value) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(value));
}

Result<transport::Identity> identity_for(const Options& options, transport::RandomSource& random) {
  if (options.key.empty()) return transport::Identity::generate(random);
  return transport::load_or_create_identity(options.key, random);
}

// What the program does with each displayed picture; the first failure ends the call.
class Screen {
 public:
  Screen(const Options& options, std::function<void()> on_failure) : on_failure_(std::move(on_failure)) {
    if (!options.output.empty()) recorder_.emplace(options.output);
  }

  // Opens the window if one is wanted, and finds out before a call whether the recording can be written.
  Result<void> prepare(bool window) {
    if (window) {
      auto opened = receiver::Display::open("skirret: waiting for a call", {640, 360});
      if (!opened) return tl::unexpected(opened.error());
      display_ = std::move(*opened);
    }
    return recorder_ ? recorder_->check() : Result<void>();
  }
  void show(const receiver::DisplayEvent& event) {
    if (display_) display_->show(event.picture);
    ++shown_since_;
    bytes_since_ += event.bytes;
    if (!recorder_ || !outcome_) return;
    outcome_ = recorder_->write(event.picture);
    if (!outcome_) on_failure_();
  }
  // Several times a second. False once the user closed the window.
  bool tick(bool in_call, TimePoint now) {
    if (!display_) return true;
    if (now - figures_at_ >= std::chrono::seconds(1)) {
      const double seconds = to_seconds(now - figures_at_);
      char text[100];
      std::snprintf(text, sizeof text, "skirret: %.0f frames/s, %.0f kbit/s",
                    static_cast<double>(shown_since_) / seconds,
                    static_cast<double>(bytes_since_) * 8e-3 / seconds);
      display_->set_title(in_call ? text : "skirret: waiting for a call");
      figures_at_ = now;
      shown_since_ = bytes_since_ = 0;
    }
    return display_->handle_events();
  }
  Result<void> finish() {
    if (!outcome_ || !recorder_) return outcome_;
    return recorder_->finish();
  }
  const std::optional<receiver::Recorder>& recorder() const { return recorder_; }

 private:
  std::function<void()> on_failure_;
  std::unique_ptr<receiver::Display> display_;
  std::optional<receiver::Recorder> recorder_;
  Result<void> outcome_;
  TimePoint figures_at_{};
  std::uint64_t shown_since_ = 0;
  std::uint64_t bytes_since_ = 0;
};

// Datagrams that failed authentication are counted, and told now and then, never one by one.
class StrangerReport {
 public:
  void look(std::uint64_t failures, TimePoint now) {
    if (failures == told_ || (told_at_ && now - *told_at_ < kReportEvery)) return;
    spdlog::warn(
        "{} datagrams failed authentication so far: somebody calls with another link, or they were damaged",
        failures);
    told_ = failures;
    told_at_ = now;
  }

 private:
  std::uint64_t told_ = 0;
  std::optional<TimePoint> told_at_;
};

cli::Json report(const tools::ReceiverStats& stats, const receiver::LiveReceiver& call,
                 const Screen& screen) {
  cli::Json files = cli::Json::array();
  if (screen.recorder())
    for (const auto& file : screen.recorder()->files()) files.push_back(file.string());
  const receiver::Pipeline& pipeline = call.pipeline();
  return {{"frames_displayed", stats.displayed()}, {"frames_late", pipeline.late()},
          {"frames_refused", pipeline.refused()},  {"losses", stats.losses()},
          {"calls", pipeline.sessions()},          {"datagrams_unauthentic", call.listener().unauthentic()},
          {"recordings", std::move(files)}};
}

bool is_over(const Options& options, const receiver::LiveReceiver& call, TimePoint started, TimePoint now) {
  if (options.exit_after > 0 && now - started >= seconds(options.exit_after)) return true;
  return options.exit_when_idle > 0 && call.pipeline().sessions() > 0 && !call.pipeline().in_call() &&
         now - call.last_activity() >= seconds(options.exit_when_idle);
}

Result<cli::Outcome> run(const cli::Program& program, const Options& options) {
  const auto local = transport::resolve(options.listen);
  if (!local) return tl::unexpected(local.error());
  transport::SystemRandom random;
  auto identity = identity_for(options, random);
  if (!identity) return tl::unexpected(identity.error());

  transport::EventLoop loop;
  auto socket = transport::UdpSocket::bind(loop, *local);
  if (!socket) return tl::unexpected(socket.error());
  Screen screen(options, [&] { loop.stop(); });
  if (auto ready = screen.prepare(options.display); !ready) return tl::unexpected(ready.error());
  std::optional<cli::JsonLines> stats_file;
  if (!options.stats.empty()) {
    auto created = cli::JsonLines::create(options.stats);
    if (!created) return tl::unexpected(created.error());
    stats_file.emplace(std::move(*created));
  }
  const tools::LinkOutput link((*socket)->local(), identity->call_secret());
  if (auto shown = link.show(program.json(), options.link_file); !shown) return tl::unexpected(shown.error());

  tools::ReceiverStats stats(std::move(stats_file),
                             [&](const receiver::DisplayEvent& event) { screen.show(event); });
  receiver::LiveReceiver call(loop, **socket, std::move(*identity), {}, stats, random);
  transport::FdWatch interrupted(loop, cli::stop_descriptor(),
                                 [&](transport::FdWatch::Ready) { loop.stop(); });
  interrupted.want(true, false);
  cli::Progress progress("receiving", 0);
  StrangerReport strangers;
  const TimePoint started = transport::monotonic_now();
  transport::DeadlineTimer ticker(loop, [&](TimePoint now) {
    progress.update(stats.displayed(), call.pipeline().in_call() ? "in a call" : "waiting for a call");
    strangers.look(call.listener().unauthentic(), now);
    if (!screen.tick(call.pipeline().in_call(), now) || is_over(options, call, started, now)) loop.stop();
    ticker.set(now + kTick);
  });
  ticker.set(started);
  loop.run();
  call.close(transport::monotonic_now());

  if (auto finished = screen.finish(); !finished) return tl::unexpected(finished.error());
  if (auto written = stats.status(); !written) return tl::unexpected(written.error());
  cli::Outcome done{report(stats, call, screen)};
  program.print("displayed " + std::to_string(stats.displayed()) + " frames in " +
                std::to_string(call.pipeline().sessions()) + " calls\n");
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Program program(
      {"skirret-receiver",
       "Waits for a skirret-sender, shows or records what it sends; prints the link to call it by.",
       {{"skirret-receiver --listen 0.0.0.0:4000 --display", "shows calls in a window"},
        {"skirret-receiver --listen :4000 --key kiosk.key --link-file link.txt --display",
         "keeps its link over restarts"},
        {"skirret-receiver --listen 127.0.0.1:0 -o call.y4m --exit-when-idle 2",
         "records one call and ends"}}});
  declare(program, options);
  return program.run(argc, argv, [&] { return run(program, options); });
}
