#include "codec/media/av_log.hh"

#include <cstdarg>
#include <mutex>
#include <utility>

#include <spdlog/spdlog.h>

extern "C" {
#include <libavutil/log.h>
}

namespace skirret::codec::av {
namespace {

thread_local std::string last_error;

void on_line(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING && !spdlog::should_log(spdlog::level::trace)) return;
  char text[1024];
  int print_prefix = 1;
  av_log_format_line2(context, level, format, arguments, text, sizeof text, &print_prefix);
  std::string line = text;
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  if (line.empty()) return;
  spdlog::log(level <= AV_LOG_WARNING ? spdlog::level::debug : spdlog::level::trace, "ffmpeg: {}", line);
  if (level > AV_LOG_ERROR) return;
  // "[demuxer @ 0x55d0] what": the address helps nobody.
  const std::size_t end = line.front() == '[' ? line.find("] ") : std::string::npos;
  last_error = end == std::string::npos ? line : line.substr(end + 2);
}

}  // namespace

void redirect_log() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(on_line); });
  last_error.clear();
}

std::string take_last_error() {
  return std::exchange(last_error, {});
}

}  // namespace skirret::codec::av
