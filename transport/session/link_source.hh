#pragma once

#include <istream>
#include <string>

#include "codec/base/result.hh"
#include "transport/session/call_link.hh"

namespace skirret::transport {

inline constexpr const char* kLinkVariable = "SKIRRET_LINK";

// The call link that a program was given. `argument` is
//   skirret://…   the link itself (other users of the machine can see a command line)
//   -             the first line of `input` (standard input) that is not blank
//   @FILE         the first line of FILE that is not blank
//   empty         `environment`, the value of $SKIRRET_LINK, null when unset
// Errors: parse_call_link's, kNotFound and kIo for the file, kInvalid when there is no link at all.
Result<CallLink> read_link(const std::string& argument, std::istream& input, const char* environment);

}  // namespace skirret::transport
