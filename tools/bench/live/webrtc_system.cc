#include "tools/bench/live/webrtc_system.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "tools/bench/live/decoded_dump.hh"

namespace skirret::bench {
namespace {

using Json = nlohmann::json;

constexpr Duration kStartPatience = std::chrono::seconds(40);
constexpr Duration kAnswerPatience = std::chrono::seconds(30);
constexpr Duration kInstallPatience = std::chrono::seconds(120);

Result<Json> answer_of(ChildProcess& page) {
  auto line = page.read_line(kAnswerPatience);
  if (!line) return tl::unexpected(line.error());
  Json answer = Json::parse(*line, nullptr, false);
  if (answer.is_object() && answer.contains("result")) return std::move(answer["result"]);
  return fail(ErrorCode::kIo, "the browser's page said: " + line->substr(0, 400));
}

Result<Json> ask(ChildProcess& page, const std::string& call, Json argument = nullptr) {
  const Json question = {{"call", call}, {"argument", std::move(argument)}};
  if (auto sent = page.write_line(question.dump()); !sent) return tl::unexpected(sent.error());
  return answer_of(page);
}

// Where a page's performance.now() counts from, as CLOCK_MONOTONIC. The browser's own word, which the
// driver's readings must not contradict.
Result<TimePoint> clock_origin(ChildProcess& page) {
  auto clock = ask(page, "clock");
  if (!clock) return tl::unexpected(clock.error());
  const auto origin = clock->value("origin_ns", std::int64_t{0});
  constexpr std::int64_t kCoarse = 200'000;  // the page's clock is rounded to 0.1 ms
  if (origin < clock->value("earliest_ns", std::int64_t{0}) - kCoarse ||
      origin > clock->value("latest_ns", std::int64_t{0}) + kCoarse)
    return fail(ErrorCode::kIo, "the browser's clock is not CLOCK_MONOTONIC: " + clock->dump());
  return from_ns(origin);
}

TimePoint page_time(TimePoint origin, double ms) {
  return origin + Duration(std::llround(ms * 1e6));
}

// What the receiver's page noted, with the pictures from the browser's diary of decoded frames.
class PagePictures {
 public:
  PagePictures(Json displayed, TimePoint origin, DecodedDump dump)
      : displayed_(std::move(displayed)), origin_(origin), dump_(std::move(dump)) {}

  Result<std::optional<ShownPicture>> next() {
    if (next_ == displayed_.size()) return std::nullopt;
    const Json& entry = displayed_[next_++];
    auto picture = dump_.picture(entry.value("rtp", std::uint32_t{0}));
    if (!picture) return tl::unexpected(picture.error());
    return ShownPicture{page_time(origin_, entry.value("presented", 0.0)), std::move(*picture)};
  }

 private:
  Json displayed_;
  TimePoint origin_;
  DecodedDump dump_;
  std::size_t next_ = 0;
};

// Up to this size the browser's VP8 decoder smooths blocks after decoding, where no reference is changed.
constexpr int kSmoothedPixels = 320 * 240;

struct Samples {
  std::size_t equal = 0;
  std::size_t smoothed = 0;
};

// The pictures that were read back from the page are those that decoding gives; small ones may be smoothed.
Result<Samples> check_samples(const Json& samples, const std::filesystem::path& dumps) {
  auto dump = DecodedDump::open(dumps);
  if (!dump) return tl::unexpected(dump.error());
  Samples counted;
  for (const Json& sample : samples) {
    auto picture = dump->picture(sample.value("rtp", std::uint32_t{0}));
    if (!picture) return tl::unexpected(picture.error());
    const codec::Dimensions size = picture->dimensions();
    if (sample.value("format", "") == "I420" && sha256_of(*picture) == sample.value("sha256", "")) {
      ++counted.equal;
    } else if (size.width * size.height <= kSmoothedPixels) {
      ++counted.smoothed;
    } else {
      return fail(ErrorCode::kIo,
                  "a picture read back from the page is not the one decoded: " + sample.dump());
    }
  }
  return counted;
}

std::string notes_of(const Json& sent, const Json& shown, const Samples& samples) {
  std::string notes = std::to_string(samples.equal) + " displayed pictures read back, equal to those decoded";
  if (samples.smoothed > 0)
    notes +=
        ", " + std::to_string(samples.smoothed) + " small ones smoothed by the browser (not measured so)";
  for (const Json& entry : sent.value("statistics", Json::array()))
    if (entry.value("type", "") == "outbound-rtp")
      notes += "; encoded " + std::to_string(entry.value("framesEncoded", 0)) + " frames, at the end " +
               std::to_string(entry.value("frameWidth", 0)) + "x" +
               std::to_string(entry.value("frameHeight", 0)) + ", limited by " +
               entry.value("qualityLimitationReason", "?");
  for (const Json& entry : shown.value("statistics", Json::array()))
    if (entry.value("type", "") == "inbound-rtp")
      notes += "; decoded " + std::to_string(entry.value("framesDecoded", 0)) + ", dropped " +
               std::to_string(entry.value("framesDropped", 0));
  return notes;
}

std::uint64_t key_frames_of(const Json& sent) {
  for (const Json& entry : sent.value("statistics", Json::array()))
    if (entry.value("type", "") == "outbound-rtp") return entry.value("keyFramesEncoded", std::uint64_t{0});
  return 0;
}

}  // namespace

Result<void> webrtc_is_there() {
  for (const char* program : {"chromium", "node", "npm"})
    if (program_on_path(program).empty())
      return fail(ErrorCode::kUnsupported,
                  std::string("webrtc needs the program ") + program + "; install it with tools/setup live");
  const std::filesystem::path home = SKIRRET_WEBRTC_FOLDER;
  if (std::filesystem::exists(home / "node_modules/playwright-core/package.json")) return {};
  auto npm = ChildProcess::start(
      {"npm", "--prefix", home, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"},
      {nullptr, home / "npm.log", {}, false});
  if (!npm) return tl::unexpected(npm.error());
  const auto status = (*npm)->wait(kInstallPatience);
  if (status && *status == 0) return {};
  return fail(ErrorCode::kUnsupported,
              "webrtc needs playwright-core from npm's registry, and npm could not "
              "install it (it needs the network, once): " +
                  (*npm)->last_words());
}

Result<std::unique_ptr<ChildProcess>> WebrtcSystem::open_page(
    const std::string& role, const NetworkNamespace& where,
    const std::vector<std::string>& browser_options) const {
  const std::filesystem::path profile = folder_ / (role + ".profile");
  std::filesystem::create_directories(profile);
  std::vector<std::string> command = {"node", std::string(SKIRRET_WEBRTC_FOLDER) + "/drive.mjs", role,
                                      program_on_path("chromium"), profile};
  command.insert(command.end(), browser_options.begin(), browser_options.end());
  return ChildProcess::start(command, {&where, folder_ / (role + ".log"), {}, true});
}

Result<void> WebrtcSystem::prepare(const LinkEmulator& link, const std::filesystem::path& clip,
                                   const std::filesystem::path& folder) {
  if (auto there = webrtc_is_there(); !there) return there;
  folder_ = std::filesystem::absolute(folder);
  std::filesystem::create_directories(folder_ / "decoded");
  std::string dump = (folder_ / "decoded/").string();
  std::ranges::replace(dump, '/', ';');  // as the option wants it
  auto receiver = open_page("receiver", link.receiver_network(),
                            {"--force-fieldtrials=WebRTC-DecoderDataDumpDirectory/" + dump + "/"});
  auto sender = open_page("sender", link.sender_network(), {});
  if (!receiver || !sender) return tl::unexpected(receiver ? sender.error() : receiver.error());
  receiver_ = std::move(*receiver);
  sender_ = std::move(*sender);
  // Both start at once; each answers its first question when it is up.
  const std::string hello = R"({"call":"clock"})";
  for (ChildProcess* page : {receiver_.get(), sender_.get()})
    if (auto asked = page->write_line(hello); !asked) return asked;
  for (ChildProcess* page : {receiver_.get(), sender_.get()})
    if (auto up = page->read_line(kStartPatience); !up) return tl::unexpected(up.error());

  if (auto given = ask(*sender_, "clip", std::filesystem::absolute(clip)); !given)
    return tl::unexpected(given.error());
  const Json limit = max_bitrate_ == 0 ? Json(nullptr) : Json(max_bitrate_);
  auto offer = ask(*sender_, "offer", {{"maxBitrate", limit}});
  if (!offer) return tl::unexpected(offer.error());
  auto answer = ask(*receiver_, "accept", {{"offer", (*offer)["sdp"]}});
  if (!answer) return tl::unexpected(answer.error());
  answer_ = answer->value("sdp", "");
  return {};
}

Result<void> WebrtcSystem::begin() {
  auto begun = ask(*sender_, "start", {{"answer", answer_}});
  if (!begun) return tl::unexpected(begun.error());
  return {};
}

Result<void> WebrtcSystem::look() {
  for (ChildProcess* end : {sender_.get(), receiver_.get()})
    if (!end->running()) return fail(ErrorCode::kIo, "a browser stopped early: " + end->last_words());
  return {};
}

Result<SystemRecord> WebrtcSystem::finish() {
  const auto sent = ask(*sender_, "stop");
  if (!sent) return tl::unexpected(sent.error());
  const auto shown = ask(*receiver_, "stop");
  if (!shown) return tl::unexpected(shown.error());
  const auto sender_origin = clock_origin(*sender_);
  if (!sender_origin) return tl::unexpected(sender_origin.error());
  const auto receiver_origin = clock_origin(*receiver_);
  if (!receiver_origin) return tl::unexpected(receiver_origin.error());
  for (ChildProcess* page : {sender_.get(), receiver_.get()}) page->close_input();
  for (ChildProcess* page : {sender_.get(), receiver_.get()})
    if (auto ended = page->wait(kAnswerPatience); !ended) return tl::unexpected(ended.error());

  const auto samples = check_samples(shown->value("samples", Json::array()), folder_ / "decoded");
  if (!samples) return tl::unexpected(samples.error());
  auto dump = DecodedDump::open(folder_ / "decoded");
  if (!dump) return tl::unexpected(dump.error());
  SystemRecord record;
  for (const Json& capture : sent->value("captures", Json::array()))
    record.captures.push_back(
        {capture.at(0).get<std::uint64_t>(), page_time(*sender_origin, capture.at(1).get<double>())});
  record.next_shown = [pictures = std::make_shared<PagePictures>(shown->value("displayed", Json::array()),
                                                                 *receiver_origin, std::move(*dump))] {
    return pictures->next();
  };
  record.key_frames = key_frames_of(*sent);
  record.notes = notes_of(*sent, *shown, *samples);
  return record;
}

}  // namespace skirret::bench
