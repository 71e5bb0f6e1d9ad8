#include "tools/skirret-bench/call_log.hh"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace skirret::bench {
namespace {

using nlohmann::json;

// Fields of one line. The first one that is missing or of another kind is remembered.
class Fields {
 public:
  explicit Fields(const json& object) : object_(object) {}

  std::uint64_t number(const char* name) {
    const json* field = find(name);
    if (field != nullptr && field->is_number() && field->get<double>() >= 0) {
      return field->is_number_float() ? static_cast<std::uint64_t>(field->get<double>())
                                      : field->get<std::uint64_t>();
    }
    complain(name);
    return 0;
  }
  TimePoint time() { return from_ns(static_cast<std::int64_t>(number("t_ns"))); }
  bool flag(const char* name) {
    const json* field = find(name);
    if (field == nullptr || !field->is_boolean()) complain(name);
    return field != nullptr && field->is_boolean() && field->get<bool>();
  }
  bool null_or_absent(const char* name) const {
    const json* field = find(name);
    return field == nullptr || field->is_null();
  }
  std::string word(const char* name) const {
    const json* field = find(name);
    return field != nullptr && field->is_string() ? field->get<std::string>() : std::string();
  }
  json list(const char* name) {
    const json* field = find(name);
    if (field != nullptr && field->is_array()) return *field;
    complain(name);
    return json::array();
  }
  const std::optional<std::string>& missing() const { return missing_; }

 private:
  const json* find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void complain(const char* name) {
    if (!missing_) missing_ = name;
  }

  const json& object_;
  std::optional<std::string> missing_;
};

using Handler = std::function<void(const std::string& event, Fields& fields)>;

Result<void> for_each_event(std::string_view text, const std::string& name, const Handler& handle) {
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++line_number;
    if (line.empty()) continue;
    const std::string place = name + ":" + std::to_string(line_number) + ": ";
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) return fail(ErrorCode::kMalformed, place + "no JSON object");
    Fields fields(object);
    const std::string event = fields.word("event");
    handle(event, fields);
    if (fields.missing()) {
      return fail(ErrorCode::kMalformed,
                  place + "event '" + event + "' without a usable '" + *fields.missing() + "'");
    }
  }
  return {};
}

Coded coded_of(Fields& fields) {
  Coded coded{.at = fields.time(),
              .frame = fields.number("frame"),
              .bytes = fields.number("bytes"),
              .budget = fields.number("budget"),
              .quantizer = static_cast<int>(fields.number("quantizer")),
              .key_frame = fields.null_or_absent("source_state"),
              .sent = fields.flag("sent"),
              .candidates = {}};
  for (const json& candidate : fields.list("candidates")) {
    if (!candidate.is_object()) continue;
    Fields inner(candidate);
    coded.candidates.push_back(
        {.quantizer = static_cast<int>(inner.number("quantizer")), .bytes = inner.number("bytes")});
  }
  return coded;
}

std::optional<transport::LinkEventKind> link_kind(const std::string& event) {
  if (event == "opportunity") return transport::LinkEventKind::kOpportunity;
  if (event == "enqueue") return transport::LinkEventKind::kEnqueue;
  if (event == "dequeue") return transport::LinkEventKind::kDequeue;
  if (event == "drop_queue") return transport::LinkEventKind::kDropQueue;
  if (event == "drop_loss") return transport::LinkEventKind::kDropLoss;
  return std::nullopt;
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                "cannot read " + path.string() + ": " + std::strerror(errno));
  }
  return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

Result<CallLog> with_sender_stats(CallLog log, std::string_view text, const std::string& name) {
  auto read = for_each_event(text, name, [&log](const std::string& event, Fields& fields) {
    if (event == "capture") {
      log.captured.push_back({.at = fields.time(), .frame = fields.number("frame")});
    } else if (event == "frame") {
      log.coded.push_back(coded_of(fields));
    }
  });
  if (!read) return tl::unexpected(read.error());
  return log;
}

Result<CallLog> with_receiver_stats(CallLog log, std::string_view text, const std::string& name) {
  auto read = for_each_event(text, name, [&log](const std::string& event, Fields& fields) {
    if (event == "display") {
      log.shown.push_back({.at = fields.time(), .frame = fields.number("frame")});
    } else if (event == "loss") {
      ++log.losses;
    } else if (event == "recovered") {
      ++log.recoveries;
    }
  });
  if (!read) return tl::unexpected(read.error());
  return log;
}

Result<CallLog> with_link_stats(CallLog log, std::string_view text, const std::string& name) {
  auto read = for_each_event(text, name, [&log](const std::string& event, Fields& fields) {
    const auto kind = link_kind(event);
    if (!kind) return;
    transport::LinkEvent made{.kind = *kind, .at = fields.time()};
    made.bytes = static_cast<std::uint32_t>(fields.number("bytes"));
    if (*kind != transport::LinkEventKind::kOpportunity) made.packet = fields.number("packet");
    if (*kind == transport::LinkEventKind::kDequeue) {
      made.queued = Duration(static_cast<std::int64_t>(fields.number("queued_ns")));
    }
    (fields.word("direction") == "reverse" ? log.way_back : log.link).push_back(made);
  });
  if (!read) return tl::unexpected(read.error());
  return log;
}

Result<CallLog> read_call_log(const StatsFiles& files) {
  const auto sender = read_text(files.sender);
  if (!sender) return tl::unexpected(sender.error());
  auto log = with_sender_stats({}, *sender, files.sender.string());
  if (!log) return log;
  const auto receiver = read_text(files.receiver);
  if (!receiver) return tl::unexpected(receiver.error());
  log = with_receiver_stats(std::move(*log), *receiver, files.receiver.string());
  if (!log || files.link.empty()) return log;
  const auto link = read_text(files.link);
  if (!link) return tl::unexpected(link.error());
  return with_link_stats(std::move(*log), *link, files.link.string());
}

}  // namespace skirret::bench
