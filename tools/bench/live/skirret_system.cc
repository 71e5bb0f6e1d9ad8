#include "tools/bench/live/skirret_system.hh"

#include <csignal>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "codec/container/y4m.hh"
#include "transport/udp/clock.hh"

namespace skirret::bench {
namespace {

using Json = nlohmann::json;

constexpr Duration kStartPatience = std::chrono::seconds(10);
constexpr Duration kEndPatience = std::chrono::seconds(30);

struct StatsEvent {
  TimePoint at;
  std::uint64_t frame = 0;
  bool sent = false;  // these of a sender's frames
  int quantizer = 0;
  std::uint64_t bytes = 0;
};

Result<std::vector<StatsEvent>> read_events(const std::filesystem::path& path, const std::string& name) {
  std::ifstream file(path);
  if (!file) return fail(ErrorCode::kNotFound, "cannot read " + path.string());
  std::vector<StatsEvent> events;
  for (std::string line; std::getline(file, line);) {
    const Json event = Json::parse(line, nullptr, false);
    if (event.is_discarded())
      return fail(ErrorCode::kMalformed, path.string() + " has a line that is no JSON");
    if (event.value("event", "") == name)
      events.push_back({from_ns(event.value("t_ns", std::int64_t{0})), event.value("frame", std::uint64_t{0}),
                        event.value("sent", false), event.value("quantizer", 0),
                        event.value("bytes", std::uint64_t{0})});
  }
  return events;
}

Json read_report(const std::filesystem::path& path) {
  std::ifstream file(path);
  Json report = Json::parse(file, nullptr, false);
  return report.is_object() ? report : Json::object();
}

// The recording's files: NAME.y4m, and NAME-2.y4m and so on where the picture changed its size.
std::filesystem::path recording(const std::filesystem::path& folder, int part) {
  return folder / (part == 1 ? "received.y4m" : "received-" + std::to_string(part) + ".y4m");
}

// Pairs the n-th display of the log with the n-th recorded picture.
class RecordedPictures {
 public:
  RecordedPictures(std::filesystem::path folder, std::vector<StatsEvent> displays)
      : folder_(std::move(folder)), displays_(std::move(displays)) {}

  Result<std::optional<ShownPicture>> next() {
    if (shown_ == displays_.size()) return std::nullopt;
    for (;;) {
      if (!reader_) {
        auto opened = codec::Y4mReader::open(recording(folder_, ++part_));
        if (!opened) return tl::unexpected(opened.error());
        reader_.emplace(std::move(*opened));
      }
      auto picture = reader_->next();
      if (!picture) return tl::unexpected(picture.error());
      if (*picture) {
        const StatsEvent& display = displays_[shown_++];
        return ShownPicture{display.at, std::move(**picture), display.frame};
      }
      reader_.reset();
    }
  }

 private:
  std::filesystem::path folder_;
  std::vector<StatsEvent> displays_;
  std::size_t shown_ = 0;
  int part_ = 0;
  std::optional<codec::Y4mReader> reader_;
};

}  // namespace

Result<void> SkirretSystem::prepare(const LinkEmulator& link, const std::filesystem::path& clip,
                                    const std::filesystem::path& folder) {
  folder_ = folder;
  const std::string call_link = folder / "call.link";
  ChildOptions options{&link.receiver_network(), folder / "receiver.log", folder / "receiver.json"};
  auto receiver =
      ChildProcess::start({program_beside_ours("skirret-receiver"), "--listen",
                           std::string(LinkEmulator::kReceiverAddress) + ":4000", "--link-file", call_link,
                           "-o", recording(folder, 1), "--stats", folder / "receiver.jsonl", "--json"},
                          options);
  if (!receiver) return tl::unexpected(receiver.error());
  receiver_ = std::move(*receiver);
  const TimePoint until = transport::monotonic_now() + kStartPatience;
  while (!std::filesystem::exists(call_link)) {
    if (!receiver_->running() || transport::monotonic_now() > until)
      return fail(ErrorCode::kIo, "skirret-receiver did not start: " + receiver_->last_words());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  sender_command_.front() = program_beside_ours(sender_command_.front());
  sender_command_.insert(sender_command_.end(),
                         {"@" + call_link, "--source", clip, "--stats", folder / "sender.jsonl", "--json"});
  sender_options_ = {&link.sender_network(), folder / "sender.log", folder / "sender.json"};
  return {};
}

Result<void> SkirretSystem::begin() {
  auto sender = ChildProcess::start(sender_command_, sender_options_);
  if (!sender) return tl::unexpected(sender.error());
  sender_ = std::move(*sender);
  return {};
}

Result<void> SkirretSystem::look() {
  for (ChildProcess* end : {sender_.get(), receiver_.get()})
    if (!end->running())
      return fail(ErrorCode::kIo, "an end of the call stopped early: " + end->last_words());
  return {};
}

Result<SystemRecord> SkirretSystem::finish() {
  sender_->send_signal(SIGINT);
  const auto sent = sender_->wait(kEndPatience);
  if (!sent) return tl::unexpected(sent.error());
  receiver_->send_signal(SIGINT);
  const auto received = receiver_->wait(kEndPatience);
  if (!received) return tl::unexpected(received.error());
  if (*sent != 0) return fail(ErrorCode::kIo, "the sender failed: " + sender_->last_words());
  if (*received != 0) return fail(ErrorCode::kIo, "skirret-receiver failed: " + receiver_->last_words());

  const auto captures = read_events(folder_ / "sender.jsonl", "capture");
  if (!captures) return tl::unexpected(captures.error());
  auto displays = read_events(folder_ / "receiver.jsonl", "display");
  if (!displays) return tl::unexpected(displays.error());
  const auto frames = read_events(folder_ / "sender.jsonl", "frame");
  if (!frames) return tl::unexpected(frames.error());
  const Json report = read_report(folder_ / "sender.json");
  SystemRecord record;
  for (const StatsEvent& capture : *captures) record.captures.push_back({capture.frame, capture.at});
  record.next_shown = [pictures = std::make_shared<RecordedPictures>(folder_, std::move(*displays))] {
    return pictures->next();
  };
  for (const StatsEvent& frame : *frames)
    if (frame.sent) note_sent(record.sent, frame.quantizer, frame.bytes);
  record.key_frames = report.value("key_frames", std::uint64_t{0});
  record.source_stalls = report.value("source_stalls", std::uint64_t{0});
  return record;
}

}  // namespace skirret::bench
