#include "transport/link/trace.hh"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

namespace skirret::transport {
namespace {

// A line of the file as it may be shown: short, and without control characters.
std::string quoted(std::string_view line) {
  std::string shown(line.substr(0, 24));
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return "'" + shown + (line.size() > 24 ? "…'" : "'");
}

std::string at_line(const std::string& name, std::size_t line) {
  return name + ", line " + std::to_string(line) + ": ";
}

Result<std::uint32_t> parse_line(std::string_view line, const std::string& where, const TraceLimits& limits) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) {
    return fail(ErrorCode::kMalformed, where + "empty line; each line must be a time in milliseconds");
  }
  if (!std::all_of(line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return fail(ErrorCode::kMalformed,
                where + quoted(line) + " is no whole number of milliseconds (is this a mahimahi trace?)");
  }
  std::uint64_t ms = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), ms);
  if (parsed.ec != std::errc{} || ms > limits.last_ms) {
    return fail(ErrorCode::kLimit, where + quoted(line) + " ms is beyond the limit of " +
                                       std::to_string(limits.last_ms) + " ms");
  }
  return static_cast<std::uint32_t>(ms);
}

}  // namespace

Result<Trace> parse_trace(std::string_view text, const std::string& name, const TraceLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorCode::kLimit,
                name + ": larger than the limit of " + std::to_string(limits.bytes) + " bytes");
  }
  Trace trace;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line_number > limits.lines) {
      return fail(ErrorCode::kLimit,
                  name + ": more than the limit of " + std::to_string(limits.lines) + " lines");
    }
    const Result<std::uint32_t> ms = parse_line(line, at_line(name, line_number), limits);
    if (!ms) return tl::unexpected(ms.error());
    if (!trace.opportunities_ms.empty() && *ms < trace.opportunities_ms.back()) {
      return fail(ErrorCode::kMalformed,
                  at_line(name, line_number) + std::to_string(*ms) + " ms comes after " +
                      std::to_string(trace.opportunities_ms.back()) + " ms; times must not run backwards");
    }
    trace.opportunities_ms.push_back(*ms);
  }
  if (trace.opportunities_ms.empty()) {
    return fail(ErrorCode::kMalformed, name + ": empty; a trace needs a line for each delivery opportunity");
  }
  if (trace.period_ms() == 0) {
    return fail(ErrorCode::kMalformed, name + ": all times are 0; a trace must last for at least 1 ms");
  }
  return trace;
}

Result<Trace> load_trace(const std::string& path, const TraceLimits& limits) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
    return fail(code, "cannot open the trace '" + path + "': " + std::strerror(errno));
  }
  std::string text;
  std::vector<char> block(std::size_t{1} << 16);
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), got);
    if (text.size() > limits.bytes) break;  // parse_trace says so
  }
  if (std::ferror(file.get()) != 0) {
    return fail(ErrorCode::kIo, "cannot read the trace '" + path + "': " + std::strerror(errno));
  }
  return parse_trace(text, path, limits);
}

}  // namespace skirret::transport
