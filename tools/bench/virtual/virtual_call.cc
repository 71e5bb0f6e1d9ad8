#include "tools/bench/virtual/virtual_call.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/bench/measure/screen_meter.hh"
#include "tools/bench/virtual/conventional_sender.hh"
#include "tools/bench/virtual/simulated_call.hh"

namespace skirret::bench {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(100);
constexpr std::uint64_t kPhaseDraws = 71;  // purposes of the seed's streams, apart from the links'
constexpr std::uint64_t kClipDraws = 72;

std::unique_ptr<transport::OpportunitySource> from_offset(const transport::NamedSource& source,
                                                          Duration offset) {
  return std::make_unique<transport::LaterOpportunities>(source.make(), offset);
}

transport::LinkConfig link_config(const CallSettings& settings, std::uint64_t seed) {
  transport::LinkConfig config;
  config.delay = settings.one_way;
  config.queue_packets = settings.queue_packets;
  config.seed = seed;
  return config;
}

// The conventional sender, or nothing for ours.
Result<std::function<std::unique_ptr<SenderEnd>(transport::SendSession, SenderSeams)>> other_sender(
    const CallSettings& settings) {
  ConventionalConfig config;
  config.rate = {std::llround(1e6 / to_seconds(settings.frame_interval)), 1'000'000};
  if (settings.system == "skirret") return nullptr;
  if (settings.system == "conventional-frame") {
    config.rate_interval = Duration::zero();
  } else if (settings.system != "conventional-second") {
    return fail(ErrorCode::kInvalid,
                "no system '" + settings.system +
                    "' in virtual time: skirret, conventional-second, conventional-frame");
  }
  return [config](transport::SendSession session, SenderSeams seams) {
    return conventional_sender(std::move(session), config, std::move(seams));
  };
}

CallSetup setup_of(const VirtualCall& call) {
  const CallSettings& settings = call.settings;
  CallSetup setup;
  setup.forward = from_offset(call.forward, settings.trace_offset);
  setup.reverse = from_offset(call.reverse, settings.trace_offset);
  setup.forward_config = link_config(settings, settings.seed);
  setup.forward_config.loss = settings.loss;
  setup.reverse_config = link_config(settings, settings.seed + 1'000'000);
  setup.reverse_config.delay_place = transport::DelayPlace::kBeforeQueue;  // as live runs have it
  setup.frame_interval = settings.frame_interval;
  setup.coding_cost = [model = call.coding](const sender::CodeJob& job) { return model.coding(job); };
  if (call.recorded_effort)
    setup.effort = [model = call.coding](const sender::CodeJob& job) { return model.effort(job); };
  setup.finish_cost = [model = call.coding, size = settings.size](transport::FrameNumber number) {
    return model.finish(number, size);
  };
  setup.decode_cost = [model = call.coding, size = settings.size](transport::FrameNumber number) {
    return model.decode(number, size);
  };
  setup.sender_clock = call.sender_clock;
  setup.receiver_clock = call.receiver_clock;
  setup.keep_pictures = false;
  setup.sender = call.sender;
  setup.send.rate.model = call.rate_model;
  setup.seed = settings.seed;
  return setup;
}

bool all_answered(const ScreenMeter& meter, TimePoint end) {
  std::uint64_t newest = 0;
  for (const DisplayRecord& display : meter.displays()) newest = std::max(newest, display.frame.value_or(0));
  const auto& captures = meter.captures();
  const auto later = std::ranges::lower_bound(captures, end, {}, &CaptureRecord::at);
  return later != captures.begin() && newest >= std::prev(later)->frame;
}

}  // namespace

Result<CallRecord> run_virtual_call(const VirtualCall& call, const std::function<bool()>& stop) {
  const CallSettings& settings = call.settings;
  const auto code = FrameCode::fit(settings.size);
  if (!code) return tl::unexpected(code.error());
  const auto sender = other_sender(settings);
  if (!sender) return tl::unexpected(sender.error());

  const bool drawn = settings.seed != 0;
  const auto phase = drawn ? Duration(static_cast<std::int64_t>(
                                 transport::LinkRandom::stream(settings.seed, kPhaseDraws).unit() *
                                 static_cast<double>(settings.frame_interval.count())))
                           : Duration::zero();
  const std::uint64_t first =
      drawn ? transport::LinkRandom::stream(settings.seed, kClipDraws).next() % 10'000 : 0;
  const PictureSource originals = [source = call.originals, first](std::uint64_t index) {
    return source(first + index);
  };

  CallRecord record;
  record.settings = settings;
  record.settings.live = false;
  record.begin = TimePoint{};
  record.end = record.begin + call.duration;
  ScreenMeter meter(*code, originals, record.begin, record.end);
  CallSetup setup = setup_of(call);
  setup.make_sender = *sender;
  setup.first_capture = TimePoint{} + call.first_capture.value_or(phase);
  setup.source = [&](std::uint64_t index) { return code->drawn(originals(index), index); };
  setup.on_capture = [&](TimePoint at, std::uint64_t index) { meter.capture(index, at); };
  setup.on_shown = [&](TimePoint at, std::uint64_t index, const codec::Picture& picture) {
    meter.display(at, picture, picture.display_plane(codec::PlaneName::kY), index);
  };
  SimulatedCall simulated(std::move(setup));
  TimePoint now = record.begin;
  while (now < record.end + kScreenLag ||
         (now < record.end + call.tail && !all_answered(meter, record.end))) {
    if (stop && stop()) return fail(ErrorCode::kIo, "stopped");
    now += kStep;
    simulated.run_until(now);
  }
  meter.finish(now);
  record.watched_until = now;
  record.captures = meter.captures();
  record.displays = meter.displays();
  record.screen = meter.screen();
  record.code = meter.code_reading();
  for (const sender::FrameEvent& frame : simulated.frames())
    if (frame.sent) note_sent(record.code, frame.quantizer, frame.bytes);
  auto& forward = simulated.network().link(transport::Side::kLeft);
  forward.advance(now);  // opportunities that nobody used are logged by this
  record.forward = forward.log().events();
  record.key_frames = simulated.key_frames_sent();
  return record;
}

}  // namespace skirret::bench
