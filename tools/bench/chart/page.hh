#pragma once

#include <string>

namespace skirret::bench {

// The beginning of a page of measurements up to and with its <body> and heading: stands alone, light and
// dark, readable on a phone. Classes for what follows: `charts` (a grid of chart_svg()), `scroll` (around
// a wide table or a <pre>), `soft`, `better`, `worse`. `</body></html>` is the caller's to write.
std::string page_head(const std::string& title);

}  // namespace skirret::bench
