#pragma once

#include <string>

namespace skirret::codec::av {

// Sends FFmpeg's log lines to spdlog at debug level instead of stderr, and remembers the last error of this
// thread: FFmpeg's return codes rarely say what was wrong, its log does.
void redirect_log();
std::string take_last_error();  // and forgets it; may be empty

}  // namespace skirret::codec::av
