#include "tools/bench/codec/coding_run.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"
#include "codec/decoder/decoder.hh"
#include "codec/quality/quality.hh"
#include "tools/bench/codec/cpu_time.hh"

namespace skirret::bench {
namespace {

constexpr std::size_t kTurn = 10;  // frames

// Calls turn(who, first, end) for each of `count` coders over slices of `frames`.
template <class Turn>
Result<void> take_turns(std::size_t count, std::size_t frames, Turn turn) {
  for (std::size_t first = 0; first < frames; first += kTurn)
    for (std::size_t who = 0; who < count; ++who)
      if (auto done = turn(who, first, std::min(first + kTurn, frames)); !done) return done;
  return {};
}

Result<void> measure_quality(const Clip& clip, EncodedClip& encoded) {
  codec::State state;
  codec::QualityMeter meter;
  for (std::size_t i = 0; i < encoded.frames.size(); ++i) {
    auto decoded = codec::decode(state, encoded.frames[i]);
    if (!decoded) return tl::unexpected(decoded.error());
    meter.add(codec::measure_luma(clip.pictures[i], decoded->shown));
    state = std::move(decoded->next);
  }
  encoded.psnr = meter.psnr(codec::PlaneName::kY);
  encoded.ssim_db = codec::ssim_to_db(meter.ssim(codec::PlaneName::kY));
  return {};
}

struct EncodingRun {
  std::vector<double> seconds;                   // by setting
  std::vector<std::vector<ByteVector>> streams;  // by setting
};

Result<EncodingRun> encode_once(const Clip& clip, const std::vector<EncoderSetting>& settings,
                                const EncodeTarget& target) {
  std::vector<std::unique_ptr<PictureEncoder>> encoders;
  for (const EncoderSetting& setting : settings) {
    auto started = setting.start(clip.info, target);
    if (!started) return tl::unexpected(started.error());
    encoders.push_back(std::move(*started));
  }
  EncodingRun run{std::vector<double>(settings.size()),
                  std::vector<std::vector<ByteVector>>(settings.size())};
  const auto turn = [&](std::size_t who, std::size_t first, std::size_t end) -> Result<void> {
    for (std::size_t i = first; i < end; ++i) {
      Result<ByteVector> bytes;
      run.seconds[who] += timed_on_this_thread([&] { bytes = encoders[who]->encode(clip.pictures[i]); });
      if (!bytes) return fail(bytes.error().code, settings[who].name + ": " + bytes.error().message);
      run.streams[who].push_back(std::move(*bytes));
    }
    return {};
  };
  if (auto done = take_turns(settings.size(), clip.pictures.size(), turn); !done)
    return tl::unexpected(done.error());
  return run;
}

}  // namespace

double EncodedClip::kbps(const Clip& clip) const {
  std::size_t bytes = 0;
  for (const ByteVector& frame : frames) bytes += frame.size();
  return static_cast<double>(bytes) * 8 / 1000 / clip.seconds();
}

double median(std::vector<double> values) {
  SKIRRET_CHECK(!values.empty());
  const std::size_t middle = values.size() / 2;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(middle));
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle] +
          *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) /
         2;
}

Result<std::vector<EncodedClip>> encode_in_turns(const Clip& clip,
                                                 const std::vector<EncoderSetting>& settings,
                                                 const EncodeTarget& target, int repetitions) {
  std::vector<EncodedClip> encoded(settings.size());
  std::vector<std::vector<double>> seconds(settings.size());
  for (int repetition = 0; repetition < std::max(repetitions, 1); ++repetition) {
    auto run = encode_once(clip, settings, target);
    if (!run) return tl::unexpected(run.error());
    for (std::size_t who = 0; who < settings.size(); ++who) {
      seconds[who].push_back(run->seconds[who]);
      encoded[who].frames = std::move(run->streams[who]);
    }
  }
  for (std::size_t who = 0; who < settings.size(); ++who) {
    encoded[who].cpu_seconds = median(seconds[who]);
    if (auto measured = measure_quality(clip, encoded[who]); !measured)
      return fail(measured.error().code, settings[who].name + ": " + measured.error().message);
  }
  return encoded;
}

Result<std::vector<double>> decode_in_turns(const std::vector<ByteVector>& stream,
                                            const std::vector<DecoderSetting>& settings, int repetitions) {
  std::vector<std::vector<double>> seconds(settings.size());
  for (int repetition = 0; repetition < std::max(repetitions, 1); ++repetition) {
    std::vector<std::unique_ptr<PictureDecoder>> decoders;
    for (const DecoderSetting& setting : settings) {
      auto started = setting.start();
      if (!started) return tl::unexpected(started.error());
      decoders.push_back(std::move(*started));
    }
    std::vector<double> taken(settings.size());
    const auto turn = [&](std::size_t who, std::size_t first, std::size_t end) -> Result<void> {
      Result<void> done;
      const clockid_t clock = settings[who].several_threads ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
      const double start = cpu_seconds(clock);
      for (std::size_t i = first; i < end && done; ++i) done = decoders[who]->decode(stream[i]);
      taken[who] += cpu_seconds(clock) - start;
      return done ? done : fail(done.error().code, settings[who].name + ": " + done.error().message);
    };
    if (auto done = take_turns(settings.size(), stream.size(), turn); !done)
      return tl::unexpected(done.error());
    for (std::size_t who = 0; who < settings.size(); ++who) seconds[who].push_back(taken[who]);
  }
  std::vector<double> medians;
  for (auto& one : seconds) medians.push_back(median(std::move(one)));
  return medians;
}

}  // namespace skirret::bench
