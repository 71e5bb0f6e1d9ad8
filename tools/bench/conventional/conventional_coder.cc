#include "tools/bench/conventional/conventional_coder.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"
#include "codec/decoder/decoder.hh"

namespace skirret::bench {
namespace {

constexpr int kStartKbps = 300;
constexpr int kLeastKbps = 30;
constexpr double kCodedShare = 0.95;  // of the rate; headers and sealing take the rest

}  // namespace

ConventionalCoder::ConventionalCoder(transport::SendSession& session, const ConventionalConfig& config,
                                     sender::Observer& observer, std::function<void(ConventionalTask)> run)
    : session_(session), config_(config), observer_(observer), run_(std::move(run)) {}

void ConventionalCoder::capture(codec::Picture picture, TimePoint at, TimePoint now) {
  const std::uint64_t index = captured_++;
  observer_.on_capture({at, index});
  waiting_ = Waiting{index + 1, std::move(picture), at, {}};
  begin_coding(now);
}

void ConventionalCoder::after_round(TimePoint now) {
  session_.take_events();
  begin_coding(now);
}

void ConventionalCoder::begin_coding(TimePoint now) {
  if (busy_ || !waiting_ || session_.phase() != transport::SendPhase::kOpen) return;
  const transport::SourceChoice source = session_.source(now);
  bool key = source.key_frame() || source.frame != last_sent_;
  if (session_.budget(now) == 0) return;
  Waiting taken = *std::exchange(waiting_, std::nullopt);
  taken.started = now;
  if (size_ != taken.picture.dimensions()) key = true;
  if (key) session_.want_key_frame();
  prepare_encoder(taken.picture.dimensions());
  mind_rate(now);
  busy_ = true;
  run_({ConventionalTask::Kind::kEncode, taken.number, taken.picture, [this, taken, key] {
          auto coded = encoder_->encode(taken.picture, static_cast<std::int64_t>(taken.number), key);
          SKIRRET_CHECK(coded.has_value());
          return [this, taken, frame = std::move(*coded)](TimePoint then) { send(frame, taken, then); };
        }});
}

void ConventionalCoder::prepare_encoder(codec::Dimensions size) {
  if (encoder_ && size_ == size) return;
  size_ = size;
  auto opened = VpxEncoder::open(conferencing(size, config_.rate, kStartKbps));
  SKIRRET_CHECK(opened.has_value());
  encoder_ = std::move(*opened);
}

void ConventionalCoder::mind_rate(TimePoint now) {
  if (rate_told_ && now - *rate_told_ < config_.rate_interval) return;
  const double bps = session_.stats().cautious_bps;
  if (bps <= 0) return;
  rate_told_ = now;
  const auto told = encoder_->set_rate(std::max(kLeastKbps, static_cast<int>(bps * kCodedShare / 1000)));
  SKIRRET_CHECK(told.has_value());
}

void ConventionalCoder::send(const VpxEncoder::Frame& coded, const Waiting& taken, TimePoint now) {
  if (coded.bytes.empty()) {  // dropped by the encoder's own rate control
    busy_ = false;
    begin_coding(now);
    return;
  }
  sender::FrameEvent event;
  event.at = now;
  event.frame = taken.number - 1;
  event.coding = now - taken.started;
  event.budget = session_.budget(now);
  event.candidates.push_back({coded.quantizer, coded.bytes.size()});
  transport::FrameToSend frame;
  frame.number = taken.number;
  frame.source = coded.key ? 0 : last_sent_;
  frame.bytes = coded.bytes;
  frame.captured = taken.captured;
  frame.any_size = true;
  frame.app_limited = coded.bytes.size() < event.budget;
  // The encoder has moved on, sent or not: when the frame cannot leave, the next one has to be a key frame.
  last_sent_ = session_.send_frame(frame, now) ? taken.number : 0;
  if (last_sent_ != 0) {
    event.sent = true;
    event.bytes = coded.bytes.size();
    event.quantizer = coded.quantizer;
    event.key_frame = coded.key;
    tell_state(coded, taken);
  } else {
    busy_ = false;
  }
  observer_.on_frame(event);
}

// Until the state's id is told, the frame is no source.
void ConventionalCoder::tell_state(const VpxEncoder::Frame& coded, const Waiting& taken) {
  run_({ConventionalTask::Kind::kDecode, taken.number, taken.picture, [this, coded, number = taken.number] {
          const auto decoded = codec::decode(coded.key ? codec::State() : state_, coded.bytes);
          SKIRRET_CHECK(decoded.has_value());
          state_ = decoded->next;
          return [this, number](TimePoint then) {
            session_.set_state(number, state_.id(), then);
            busy_ = false;
            begin_coding(then);
          };
        }});
}

}  // namespace skirret::bench
