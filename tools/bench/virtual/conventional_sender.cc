#include "tools/bench/virtual/conventional_sender.hh"

#include <algorithm>
#include <optional>
#include <utility>

#include "codec/base/check.hh"
#include "codec/decoder/decoder.hh"
#include "tools/bench/virtual/realtime_vpx.hh"

namespace skirret::bench {
namespace {

constexpr int kStartKbps = 300;
constexpr int kLeastKbps = 30;
constexpr double kCodedShare = 0.95;  // of the rate; headers and sealing take the rest

class ConventionalSender final : public SenderEnd {
 public:
  ConventionalSender(transport::SendSession session, const ConventionalConfig& config, SenderSeams seams)
      : SenderEnd(std::move(session), std::move(seams)), config_(config) {}

  void capture(codec::Picture picture, TimePoint now) override {
    const std::uint64_t index = captured_++;
    seams_.on_capture({now, index});
    waiting_ = Waiting{index + 1, std::move(picture), now};
    begin_coding(now);
  }

  void after_round(TimePoint now) override {
    session_.take_events();
    begin_coding(now);
  }

 private:
  struct Waiting {
    transport::FrameNumber number = 0;
    codec::Picture picture;
    TimePoint captured;
  };

  void begin_coding(TimePoint now) {
    if (busy_ || !waiting_ || session_.phase() != transport::SendPhase::kOpen) return;
    const transport::SourceChoice source = session_.source(now);
    const bool key = source.key_frame() || source.frame != last_sent_;
    if (session_.budget(now) == 0) return;
    if (key) session_.want_key_frame();
    Waiting taken = *std::exchange(waiting_, std::nullopt);
    RealtimeVpx::Frame coded = encode(taken, key, now);
    if (coded.bytes.empty()) return;  // dropped by the encoder's own rate control
    busy_ = true;
    sender::CodeJob job;
    job.target = taken.picture;
    seams_.later(seams_.coding_time(job),
                 [this, frame = std::move(coded), taken](TimePoint then) { send(frame, taken, then); });
  }

  RealtimeVpx::Frame encode(const Waiting& taken, bool key, TimePoint now) {
    const codec::Dimensions size = taken.picture.dimensions();
    if (!encoder_) {
      RealtimeVpxSettings settings;
      settings.size = size;
      settings.frames_per_second = 1 / to_seconds(config_.frame_interval);
      settings.kbps = kStartKbps;
      auto opened = RealtimeVpx::open(settings);
      SKIRRET_CHECK(opened.has_value());
      encoder_ = std::move(*opened);
    }
    mind_rate(now);
    auto coded = encoder_->encode(taken.picture, static_cast<std::int64_t>(taken.number), key);
    SKIRRET_CHECK(coded.has_value());
    return std::move(*coded);
  }

  void mind_rate(TimePoint now) {
    if (rate_told_ && now - *rate_told_ < config_.rate_interval) return;
    const double bps = session_.stats().cautious_bps;
    if (bps <= 0) return;
    rate_told_ = now;
    const auto told = encoder_->set_rate(std::max(kLeastKbps, static_cast<int>(bps * kCodedShare / 1000)));
    SKIRRET_CHECK(told.has_value());
  }

  void send(const RealtimeVpx::Frame& coded, const Waiting& taken, TimePoint now) {
    sender::FrameEvent event;
    event.at = now;
    event.frame = taken.number - 1;
    event.budget = session_.budget(now);
    event.candidates.push_back({coded.quantizer, coded.bytes.size()});
    transport::FrameToSend frame;
    frame.number = taken.number;
    frame.source = coded.key ? 0 : last_sent_;
    frame.bytes = coded.bytes;
    frame.captured = taken.captured;
    frame.any_size = true;
    frame.app_limited = coded.bytes.size() < event.budget;
    const auto decoded = codec::decode(coded.key ? codec::State() : state_, coded.bytes);
    SKIRRET_CHECK(decoded.has_value());
    // The encoder has moved on, sent or not: when the frame cannot leave, the next one has to be a key frame.
    last_sent_ = session_.send_frame(frame, now) ? taken.number : 0;
    state_ = decoded->next;
    busy_ = last_sent_ != 0;  // until the state's id is told: before, the frame is no source
    if (busy_) {
      event.sent = true;
      event.bytes = coded.bytes.size();
      event.quantizer = coded.quantizer;
      event.key_frame = coded.key;
      seams_.later(seams_.finish_time, [this, number = taken.number, id = state_.id()](TimePoint then) {
        session_.set_state(number, id, then);
        busy_ = false;
        begin_coding(then);
      });
    }
    seams_.on_frame(event);
  }

  ConventionalConfig config_;
  std::optional<RealtimeVpx> encoder_;
  codec::State state_;  // that the last frame encoded leads to
  transport::FrameNumber last_sent_ = 0;
  std::optional<Waiting> waiting_;
  std::optional<TimePoint> rate_told_;
  std::uint64_t captured_ = 0;
  bool busy_ = false;
};

}  // namespace

std::unique_ptr<SenderEnd> conventional_sender(transport::SendSession session,
                                               const ConventionalConfig& config, SenderSeams seams) {
  return std::make_unique<ConventionalSender>(std::move(session), config, std::move(seams));
}

}  // namespace skirret::bench
