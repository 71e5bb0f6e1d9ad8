#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "tools/cli/program.hh"

namespace skirret::vp8 {

// JSON has no infinity: the PSNR of identical pictures is null.
inline cli::Json finite(double value) {
  return std::isfinite(value) ? cli::Json(value) : cli::Json(nullptr);
}

inline std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

inline std::string decibels(double value) {
  return std::isfinite(value) ? fixed(value, 2) + " dB" : "identical";
}

}  // namespace skirret::vp8
