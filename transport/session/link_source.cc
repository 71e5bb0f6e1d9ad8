#include "transport/session/link_source.hh"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include <sodium.h>

namespace skirret::transport {

namespace {

constexpr std::size_t kLongestLine = 1024;  // a link has some 350 characters at most

// The text of a link, wiped when it was read.
struct WipedLine {
  std::string text;
  ~WipedLine() { sodium_memzero(text.data(), text.size()); }
};

// The first line with something on it, without more than kLongestLine of it. False: there is none.
bool first_line(std::istream& input, std::string& line) {
  line.reserve(kLongestLine);
  std::istream::int_type c;
  while ((c = input.get()) != std::istream::traits_type::eof()) {
    const char character = std::istream::traits_type::to_char_type(c);
    const bool blank = std::string_view(" \t\r\n").find(character) != std::string_view::npos;
    if (line.empty() && blank) continue;
    if (character == '\n' || line.size() == kLongestLine) return true;
    line.push_back(character);
  }
  return !line.empty();
}

Result<CallLink> read_first_line(std::istream& input, const std::string& name) {
  WipedLine line;
  if (!first_line(input, line.text)) return fail(ErrorCode::kInvalid, name + " holds no call link");
  auto link = parse_call_link(line.text);
  if (!link) return fail(link.error().code, name + ": " + link.error().message);
  return link;
}

Result<CallLink> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  if (!file) {
    const int error = errno;
    return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                "cannot read the call link from " + path + ": " + std::strerror(error));
  }
  return read_first_line(file, path);
}

}  // namespace

Result<CallLink> read_link(const std::string& argument, std::istream& input, const char* environment) {
  if (argument == "-") return read_first_line(input, "standard input");
  if (argument.starts_with("@")) return read_file(argument.substr(1));
  if (!argument.empty()) return parse_call_link(argument);
  if (environment == nullptr || *environment == '\0') {
    return fail(
        ErrorCode::kInvalid,
        std::string("no call link: give skirret://…, - for standard input, @FILE, or set ") + kLinkVariable);
  }
  auto link = parse_call_link(environment);
  if (!link) return fail(link.error().code, std::string("$") + kLinkVariable + ": " + link.error().message);
  return link;
}

}  // namespace skirret::transport
