#include "tools/cli/json_lines.hh"

#include <cerrno>
#include <cstring>
#include <utility>

namespace skirret::cli {

Result<JsonLines> JsonLines::create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr)
    return fail(ErrorCode::kIo,
                "cannot write " + path + ": " + std::strerror(errno) + "; choose another place");
  std::setvbuf(file, nullptr, _IOLBF, 1 << 16);
  return JsonLines(path, file);
}

void JsonLines::write(TimePoint at, const std::string& event, const Json& fields) {
  if (error_ != 0) return;
  Json line = {{"t_ns", to_ns(at)}, {"event", event}};
  line.update(fields);
  const std::string text = line.dump() + "\n";
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) error_ = errno;
}

Result<void> JsonLines::status() const {
  if (error_ == 0) return {};
  return fail(ErrorCode::kIo,
              "cannot write " + path_ + ": " + std::strerror(error_) + "; its last lines are missing");
}

}  // namespace skirret::cli
