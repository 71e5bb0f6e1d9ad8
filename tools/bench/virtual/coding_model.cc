#include "tools/bench/virtual/coding_model.hh"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include <nlohmann/json.hpp>

namespace skirret::bench {
namespace {

constexpr codec::Dimensions kDeclared{1280, 720};
constexpr Duration kFinishDeclared = std::chrono::milliseconds(3);
constexpr Duration kDecodeDeclared = std::chrono::milliseconds(3);

Duration by_size(Duration declared, codec::Dimensions size) {
  return declared * size.mb_count() / kDeclared.mb_count();
}

std::optional<Duration> duration_in(const std::string& text) {
  double ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const std::string unit(end, text.data() + text.size());
  if (error != std::errc{} || unit != "ms" || !(ms >= 0 && ms <= 10'000)) return std::nullopt;
  return Duration(static_cast<std::int64_t>(ms * 1e6));
}

}  // namespace

Result<CodingModel> CodingModel::parse(const std::string& text) {
  CodingModel model;
  model.name_ = text;
  const std::string mark = "720p:";
  model.by_size_ = text.starts_with(mark);
  if (const auto fixed = duration_in(model.by_size_ ? text.substr(mark.size()) : text)) {
    model.fixed_ = *fixed;
    return model;
  }
  std::ifstream file(text);
  if (!file)
    return fail(
        ErrorCode::kInvalid,
        "'" + text + "' is no coding time: write 15ms, 720p:15ms or a file of skirret-sender --stats");
  std::vector<Recorded> recorded;
  for (std::string line; std::getline(file, line);) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object() || event.value("event", "") != "frame" || !event.contains("coding_ms")) continue;
    if (!event["coding_ms"].is_number()) continue;
    const double ms = event["coding_ms"].get<double>();
    recorded.push_back({event.value("frame", std::uint64_t{recorded.size()}), event.value("effort", 0),
                        Duration(static_cast<std::int64_t>(ms * 1e6))});
  }
  if (recorded.empty())
    return fail(ErrorCode::kMalformed,
                text + ": no frame event with coding_ms in it; is it a sender's --stats?");
  model.recorded_ = std::make_shared<const std::vector<Recorded>>(std::move(recorded));
  return model;
}

Duration CodingModel::coding(const sender::CodeJob& job) const {
  if (!recorded_) return by_size_ ? by_size(fixed_, job.target.dimensions()) : fixed_;
  const std::uint64_t wanted = job.number == 0 ? 0 : job.number - 1;
  const auto distance = [&](const Recorded& frame) {
    const bool other_effort = frame.effort != job.effort.level;
    return std::pair(other_effort, frame.frame > wanted ? frame.frame - wanted : wanted - frame.frame);
  };
  return std::ranges::min_element(*recorded_, {}, distance)->coding;
}

codec::Effort CodingModel::effort(const sender::CodeJob& job) const {
  if (!recorded_) return job.effort;
  const std::uint64_t wanted = job.number == 0 ? 0 : job.number - 1;
  const auto distance = [wanted](const Recorded& frame) {
    return frame.frame > wanted ? frame.frame - wanted : wanted - frame.frame;
  };
  return {std::ranges::min_element(*recorded_, {}, distance)->effort};
}

Duration CodingModel::finish(codec::Dimensions size) const {
  return by_size(kFinishDeclared, size);
}

Duration CodingModel::decode(codec::Dimensions size) const {
  return by_size(kDecodeDeclared, size);
}

}  // namespace skirret::bench
