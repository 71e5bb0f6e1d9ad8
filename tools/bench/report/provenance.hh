#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace skirret::bench {

// What every report of figures says of where they come from: this machine …
nlohmann::ordered_json machine_json();

// … and what was measured and measured by: skirret, the compiler, libvpx, FFmpeg, and Chromium where it is
// installed.
nlohmann::ordered_json versions_json(const std::string& skirret);

}  // namespace skirret::bench
