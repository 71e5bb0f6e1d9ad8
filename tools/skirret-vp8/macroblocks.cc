#include "tools/skirret-vp8/macroblocks.hh"

#include <algorithm>
#include <array>
#include <cstdio>

namespace skirret::vp8 {
namespace {

using codec::MacroblockModes;
using codec::MotionVector;

// Names in the order of the enums.
constexpr std::array kReferenceNames = {"intra", "last", "golden", "altref"};
constexpr std::array kLumaNames = {"dc",   "vertical", "horizontal", "true-motion", "4x4",
                                   "zero", "nearest",  "near",       "new",         "split"};
constexpr std::array kChromaNames = {"dc", "vertical", "horizontal", "true-motion"};
constexpr std::array kSubblockNames = {
    "dc",         "true-motion",    "vertical",      "horizontal",      "left-down",
    "right-down", "vertical-right", "vertical-left", "horizontal-down", "horizontal-up"};
constexpr std::array kSplitNames = {"top-bottom", "left-right", "quarters", "sixteenths"};

template <class Names, class Enum>
const char* name_in(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

struct Tokens {
  int y2 = 0, y = 0, u = 0, v = 0;
  int nonzero = 0;  // of all these levels
};

Tokens tokens_of(const MacroblockModes& modes, const codec::MacroblockCoefficients& coefficients) {
  Tokens tokens;
  if (modes.skip_coefficients) return tokens;
  const int first_luma = modes.has_y2() ? 1 : 0;  // their first level stands in Y2
  for (int block = 0; block < codec::kBlocksPerMacroblock; ++block) {
    const bool is_luma = block < 16, is_y2 = block == codec::kY2Block;
    if (is_y2 && !modes.has_y2()) continue;
    const auto index = static_cast<std::size_t>(block);
    int& count = is_y2 ? tokens.y2 : is_luma ? tokens.y : block < 20 ? tokens.u : tokens.v;
    count += std::max(coefficients.ends[index] - (is_luma ? first_luma : 0), 0);
    const auto& levels = coefficients.levels[index];
    tokens.nonzero += static_cast<int>(std::count_if(levels.begin() + (is_luma ? first_luma : 0),
                                                     levels.end(), [](auto level) { return level != 0; }));
  }
  return tokens;
}

cli::Json vector_json(MotionVector vector) {
  return {vector.col, vector.row};
}

cli::Json macroblock_json(int row, int col, const MacroblockModes& modes, const Tokens& tokens) {
  cli::Json json = {{"row", row},
                    {"col", col},
                    {"segment", modes.segment},
                    {"skipped", modes.skip_coefficients},
                    {"reference", name_in(kReferenceNames, modes.reference)},
                    {"luma", name_in(kLumaNames, modes.luma)}};
  if (modes.is_inter()) {
    json["vector"] = vector_json(modes.vector);
  } else {
    json["chroma"] = name_in(kChromaNames, modes.chroma);
  }
  if (modes.luma == codec::LumaMode::kSubblocks) {
    cli::Json subblocks = cli::Json::array();
    for (const auto mode : modes.subblock_modes) subblocks.push_back(name_in(kSubblockNames, mode));
    json["subblocks"] = std::move(subblocks);
  }
  if (modes.luma == codec::LumaMode::kSplit) {
    cli::Json vectors = cli::Json::array();
    for (const MotionVector vector : modes.vectors) vectors.push_back(vector_json(vector));
    json["split"] = name_in(kSplitNames, modes.split);
    json["vectors"] = std::move(vectors);
  }
  json["tokens"] = {{"y2", tokens.y2}, {"y", tokens.y}, {"u", tokens.u}, {"v", tokens.v}};
  json["nonzero"] = tokens.nonzero;
  return json;
}

std::string mode_text(const MacroblockModes& modes) {
  std::string text = name_in(kLumaNames, modes.luma);
  if (!modes.is_inter()) return text + " chroma " + name_in(kChromaNames, modes.chroma);
  if (modes.luma == codec::LumaMode::kSplit) text += std::string(" ") + name_in(kSplitNames, modes.split);
  if (modes.luma == codec::LumaMode::kZero) return text;
  char vector[32];
  std::snprintf(vector, sizeof vector, " %+d,%+d", modes.vector.col, modes.vector.row);
  return text + vector;
}

// Calls each(row, col, modes, tokens) on every macroblock.
template <class Each>
void for_each_macroblock(const codec::ParsedFrame& frame, Each each) {
  const int cols = frame.dimensions.mb_cols();
  for (std::size_t i = 0; i < frame.modes.size(); ++i) {
    const int index = static_cast<int>(i);
    each(index / cols, index % cols, frame.modes[i], tokens_of(frame.modes[i], frame.coefficients[i]));
  }
}

}  // namespace

std::string macroblock_lines(const codec::ParsedFrame& frame) {
  std::string lines;
  for_each_macroblock(frame, [&](int row, int col, const MacroblockModes& modes, const Tokens& tokens) {
    char text[256];
    std::snprintf(text, sizeof text, "      %3d,%-3d %-6s %-32s segment %d  %s y2 %d y %d u %d v %d\n", row,
                  col, name_in(kReferenceNames, modes.reference), mode_text(modes).c_str(), modes.segment,
                  modes.skip_coefficients ? "skipped" : "tokens ", tokens.y2, tokens.y, tokens.u, tokens.v);
    lines += text;
  });
  return lines;
}

cli::Json macroblocks_json(const codec::ParsedFrame& frame) {
  cli::Json all = cli::Json::array();
  for_each_macroblock(frame, [&](int row, int col, const MacroblockModes& modes, const Tokens& tokens) {
    all.push_back(macroblock_json(row, col, modes, tokens));
  });
  return all;
}

}  // namespace skirret::vp8
