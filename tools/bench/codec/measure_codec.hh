#pragma once

#include <functional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/encoder/encoder.hh"
#include "tools/bench/codec/figures.hh"

namespace skirret::bench {

// What `skirret-bench codec` is to measure.
struct CodecBenchOptions {
  std::vector<std::string> clips;  // paths or names of recorded clips
  std::vector<std::string> parts;  // of kParts
  std::vector<int> efforts = {0, 1, 2, 3, 4, 5};
  std::vector<int> quantizers = {20, 39, 61, 88,
                                 115};  // of the curves; the format's index, which libvpx can meet
  std::vector<int> rates = {200, 400, 800, 1500, 3000};  // kbit/s
  std::vector<std::size_t> frame_bytes = {1000, 2500, 5000, 10'000, 20'000, 40'000};
  codec::Regions regions;    // of ours, on curves
  int call_effort = 3;       // of candidates and budgets
  std::size_t frames = 150;  // of each clip at most; 0: all
  int repetitions = 3;
  bool baseline_only = false;  // of libvpx's settings only the first
};

inline constexpr const char* kParts[] = {"gate",   "quantizers", "rates",  "screen",
                                         "decode", "candidates", "budget", "profile"};

// kNotFound, kInvalid: a clip is missing or empty. `step` is told what comes next; false stops with kIo.
Result<CodecFigures> measure_codec(const CodecBenchOptions& options,
                                   const std::function<bool(const std::string&)>& step);

}  // namespace skirret::bench
