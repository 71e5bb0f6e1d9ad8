#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/bench/report/baseline.hh"

namespace skirret::bench {

// One page that stands alone (its drawings inside, no script): for each link and clip a scatter of p95 delay
// against SSIM with all systems and the oracle's p95, time lines, and the table. Light and dark, readable on
// a phone.
std::string calls_page(const std::vector<MeasuredRun>& runs, const std::optional<Comparison>& comparison,
                       const std::string& version);

// The same drawings as one SVG file: those of the link and clip, or the scatters of each where there are
// several.
std::string calls_picture(const std::vector<MeasuredRun>& runs);

}  // namespace skirret::bench
