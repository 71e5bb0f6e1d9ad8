#include "codec/media/source.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "codec/media/frame_reader.hh"
#include "codec/media/picture_converter.hh"

namespace skirret::codec {
namespace {

constexpr int kMaxSide = 16383;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

Duration interval(FrameRate rate) {
  return Duration(std::max<std::int64_t>(1, kNanoseconds * rate.denominator / rate.numerator));
}

// Reader, converter and, at the end of a loop, the next round, as one run of frames with rising times.
class FfmpegSource final : public VideoSource {
 public:
  FfmpegSource(InputName name, SourceOptions options, FrameReader reader)
      : name_(std::move(name)),
        options_(std::move(options)),
        converter_(reader.quarter_turns()),
        reader_(std::move(reader)) {
    info_.name = name_.spec;
    info_.live = name_.live;
    info_.rate = options_.fps.value_or(reader_.rate());
  }

  Result<void> start() {
    if (auto done = advance(); !done) return done;
    if (!ahead_)
      return fail(ErrorCode::kUnsupported,
                  name_.spec + ": holds no picture that can be decoded: check the file");
    info_.dimensions = options_.size.value_or(converter_.upright_size(*ahead_->frame));
    return {};
  }

  const SourceInfo& info() const override { return info_; }

  Result<std::optional<SourceFrame>> next() override {
    if (!options_.fps) return next_as_is();
    return info_.live ? next_thinned() : next_resampled();
  }

 private:
  using Timed = FrameReader::TimedFrame;

  Result<std::optional<SourceFrame>> next_as_is() {
    if (!ahead_) {
      if (auto done = advance(); !done) return tl::unexpected(done.error());
    }
    if (!ahead_) return std::optional<SourceFrame>();
    const Timed now = *std::exchange(ahead_, std::nullopt);
    auto picture = convert(*now.frame);
    if (!picture) return tl::unexpected(picture.error());
    return std::optional<SourceFrame>({*picture, now.time});
  }

  // Slots of the wanted rate: each shows the newest frame whose rounded slot is not later.
  Result<std::optional<SourceFrame>> next_resampled() {
    bool changed = false;
    Timed now;
    while (ahead_ && slot_of(ahead_->time) <= slot_) {
      now = *std::exchange(ahead_, std::nullopt);
      changed = true;
      if (auto done = advance(); !done) return tl::unexpected(done.error());
    }
    if (!changed && !ahead_ && slot_ >= slot_of(end_)) return std::optional<SourceFrame>();
    if (changed) {
      auto picture = convert(*now.frame);
      if (!picture) return tl::unexpected(picture.error());
      shown_ = *picture;
    }
    return std::optional<SourceFrame>({shown_, time_of(slot_++)});
  }

  // A live source is only thinned: waiting for the next frame to know what to repeat would delay it.
  Result<std::optional<SourceFrame>> next_thinned() {
    while (true) {
      if (!ahead_) {
        if (auto done = advance(); !done) return tl::unexpected(done.error());
      }
      if (!ahead_) return std::optional<SourceFrame>();
      const std::int64_t slot = slot_of(ahead_->time);
      if (slot >= slot_) {
        slot_ = slot + 1;
        return next_as_is();
      }
      ahead_.reset();
    }
  }

  // Reads the next frame into ahead_ (or leaves it empty at the end) and gives it its place in time.
  Result<void> advance() {
    auto frame = reader_.next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame && options_.loop && !info_.live && end_ > Duration{}) {
      auto again = FrameReader::open(name_, options_);
      if (!again) return tl::unexpected(again.error());
      reader_ = std::move(*again);
      origin_.reset();
      round_start_ = end_;
      frame = reader_.next();
      if (!frame) return tl::unexpected(frame.error());
    }
    if (!*frame) return {};
    Timed timed = std::move(**frame);
    if (!origin_) origin_ = timed.time;
    timed.time = round_start_ + (timed.time - *origin_);
    // Broken timestamps go on at the source's rate.
    if (last_ && timed.time <= *last_) timed.time = *last_ + interval(reader_.rate());
    last_ = timed.time;
    end_ = timed.time + interval(reader_.rate());
    ahead_ = std::move(timed);
    return {};
  }

  Result<Picture> convert(const AVFrame& frame) {
    const bool own_size = options_.keep_stream_sizes && !options_.size;
    auto picture = converter_.convert(frame, own_size ? converter_.upright_size(frame) : info_.dimensions);
    if (!picture) return fail(picture.error().code, name_.spec + ": " + picture.error().message);
    return picture;
  }

  // The nearest slot; halves go down (the microsecond), so that halving a rate gives half the frames.
  std::int64_t slot_of(Duration time) const {
    const FrameRate rate = *options_.fps;
    return av_rescale_rnd(time.count() - 1000, rate.numerator, kNanoseconds * rate.denominator,
                          AV_ROUND_NEAR_INF);
  }
  Duration time_of(std::int64_t slot) const {
    const FrameRate rate = *options_.fps;
    return Duration(av_rescale_rnd(slot, kNanoseconds * rate.denominator, rate.numerator, AV_ROUND_NEAR_INF));
  }

  InputName name_;
  SourceOptions options_;
  SourceInfo info_;
  PictureConverter converter_;
  FrameReader reader_;
  std::optional<Timed> ahead_;
  std::optional<Duration> origin_;  // of this round's first frame
  std::optional<Duration> last_;
  Duration round_start_{};
  Duration end_{};  // where the newest frame ends
  std::int64_t slot_ = 0;
  Picture shown_;
};

Result<void> check(const SourceOptions& options) {
  if (options.size && (options.size->width < 1 || options.size->height < 1 ||
                       options.size->width > kMaxSide || options.size->height > kMaxSide))
    return fail(ErrorCode::kInvalid, "size is outside 1x1 to 16383x16383");
  if (options.fps && (options.fps->numerator < 1 || options.fps->denominator < 1))
    return fail(ErrorCode::kInvalid, "frame rate must be above 0");
  return {};
}

template <class Number>
bool whole(const std::string& text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<std::unique_ptr<VideoSource>> open_source(const std::string& spec, const SourceOptions& options) {
  if (auto fine = check(options); !fine) return tl::unexpected(fine.error());
  const InputName name = InputName::of(spec);
  auto reader = FrameReader::open(name, options);
  if (!reader) return tl::unexpected(reader.error());
  auto source = std::make_unique<FfmpegSource>(name, options, std::move(*reader));
  if (auto done = source->start(); !done) return tl::unexpected(done.error());
  return source;
}

Result<Dimensions> parse_size(const std::string& text) {
  const std::size_t x = text.find('x');
  Dimensions size;
  if (x != std::string::npos && whole(text.substr(0, x), size.width) &&
      whole(text.substr(x + 1), size.height) && size.width >= 1 && size.height >= 1 &&
      size.width <= kMaxSide && size.height <= kMaxSide)
    return size;
  return fail(ErrorCode::kInvalid,
              "size '" + text + "' is not WIDTHxHEIGHT with sides of 1 to 16383, e.g. 640x360");
}

Result<FrameRate> parse_rate(const std::string& text) {
  FrameRate rate;
  double value = 0;
  const std::size_t slash = text.find('/');
  bool fine = false;
  if (slash != std::string::npos) {
    fine = whole(text.substr(0, slash), rate.numerator) && whole(text.substr(slash + 1), rate.denominator);
  } else if (whole(text, value) && value > 0 && value <= 1000) {
    // What people write as 29.97 is 30000/1001, and the like for 23.976 and 59.94.
    const double ntsc = value * 1001 / 1000;
    if (std::abs(value - std::round(value)) > 1e-9 && std::abs(ntsc - std::round(ntsc)) < 2e-4)
      rate = {std::llround(ntsc) * 1000, 1001};
    else
      rate = {std::llround(value * 1000), 1000};
    fine = rate.numerator > 0;
  }
  if (fine && rate.numerator > 0 && rate.denominator > 0 && rate.numerator <= 1'000'000'000 &&
      rate.denominator <= 1'000'000 && rate.value() <= 1000)
    return rate;
  return fail(ErrorCode::kInvalid,
              "frame rate '" + text + "' is not a number above 0 and at most 1000, e.g. 30 or 30000/1001");
}

}  // namespace skirret::codec
