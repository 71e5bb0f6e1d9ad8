#include "tools/bench/virtual/coding_model.hh"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
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

// Of the transport's number, which counts from 1.
std::uint64_t index_of(transport::FrameNumber number) {
  return number == 0 ? 0 : number - 1;
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : b - a;
}

}  // namespace

Result<CodingModel::Record> CodingModel::recorded(const std::string& path, const char* event,
                                                  const char* field) {
  std::ifstream file(path);
  if (!file)
    return fail(
        ErrorCode::kInvalid,
        "'" + path + "' is no coding time: write 15ms, 720p:15ms or a file of skirret-sender --stats");
  std::vector<Recorded> found;
  for (std::string line; std::getline(file, line);) {
    const auto read = nlohmann::json::parse(line, nullptr, false);
    if (!read.is_object() || read.value("event", "") != event || !read.contains(field)) continue;
    if (!read[field].is_number()) continue;
    found.push_back({read.value("frame", std::uint64_t{found.size()}), read.value("effort", 0),
                     Duration(static_cast<std::int64_t>(read[field].get<double>() * 1e6))});
  }
  if (found.empty())
    return fail(ErrorCode::kMalformed, path + ": no " + event + " event with " + field + " in it");
  return std::make_shared<const std::vector<Recorded>>(std::move(found));
}

Result<CodingModel> CodingModel::parse(const std::string& text) {
  CodingModel model;
  model.name_ = text;
  const std::string mark = "720p:";
  model.by_size_ = text.starts_with(mark);
  if (const auto fixed = duration_in(model.by_size_ ? text.substr(mark.size()) : text)) {
    model.fixed_ = *fixed;
    return model;
  }
  auto coding = recorded(text, "frame", "coding_ms");
  if (!coding) return tl::unexpected(coding.error());
  model.coding_ = std::move(*coding);
  // A log of an earlier version has none: declared then.
  if (auto finishing = recorded(text, "frame", "finishing_ms")) model.finishing_ = std::move(*finishing);
  return model;
}

Result<CodingModel> CodingModel::with_decoding(const std::string& path) const {
  auto decoding = recorded(path, "display", "decoding_ms");
  if (!decoding) return tl::unexpected(decoding.error());
  CodingModel model = *this;
  model.decoding_ = std::move(*decoding);
  return model;
}

Duration CodingModel::coding(const sender::CodeJob& job) const {
  if (!coding_) return by_size_ ? by_size(fixed_, job.target.dimensions()) : fixed_;
  const std::uint64_t wanted = index_of(job.number);
  return std::ranges::min_element(*coding_, {},
                                  [&](const Recorded& frame) {
                                    return std::pair(frame.effort != job.effort.level,
                                                     distance(frame.frame, wanted));
                                  })
      ->time;
}

codec::Effort CodingModel::effort(const sender::CodeJob& job) const {
  return coding_ ? codec::Effort{nearest(*coding_, job.number).effort} : job.effort;
}

Duration CodingModel::finish(transport::FrameNumber number, codec::Dimensions size) const {
  return finishing_ ? nearest(*finishing_, number).time : by_size(kFinishDeclared, size);
}

Duration CodingModel::decode(transport::FrameNumber number, codec::Dimensions size) const {
  return decoding_ ? nearest(*decoding_, number).time : by_size(kDecodeDeclared, size);
}

const CodingModel::Recorded& CodingModel::nearest(const std::vector<Recorded>& record,
                                                  transport::FrameNumber number) {
  const std::uint64_t wanted = index_of(number);
  return *std::ranges::min_element(record, {},
                                   [wanted](const Recorded& frame) { return distance(frame.frame, wanted); });
}

}  // namespace skirret::bench
