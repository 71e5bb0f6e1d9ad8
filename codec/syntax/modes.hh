#pragma once

#include <array>
#include <cstdint>

#include "codec/syntax/motion_vector.hh"

namespace skirret::codec {

enum class ReferenceFrame : std::uint8_t { kIntra = 0, kLast = 1, kGolden = 2, kAltref = 3 };

// Luma mode of a macroblock. The intra ones come first, in the order of the format's tables
// (RFC 6386 section 8.2), then the inter ones (section 16.3).
enum class LumaMode : std::uint8_t {
  kDc = 0,
  kVertical,
  kHorizontal,
  kTrueMotion,
  kSubblocks,  // kSubblocks = B_PRED
  kZero,
  kNearest,
  kNear,
  kNew,
  kSplit,
};

enum class ChromaMode : std::uint8_t { kDc = 0, kVertical, kHorizontal, kTrueMotion };

// 4x4 intra modes in the order of the format's tables (RFC 6386 section 8.1: B_DC_PRED …).
enum class SubblockMode : std::uint8_t {
  kDc = 0,
  kTrueMotion,
  kVertical,
  kHorizontal,
  kLeftDown,
  kRightDown,
  kVerticalRight,
  kVerticalLeft,
  kHorizontalDown,
  kHorizontalUp,
};
inline constexpr int kSubblockModeCount = 10;

// How a split macroblock is cut (RFC 6386 section 16.3, mv_top_bottom …).
enum class SplitKind : std::uint8_t { kTopBottom = 0, kLeftRight = 1, kQuarters = 2, kSixteenths = 3 };

// How one part of a split macroblock gets its vector (sub_mv_ref).
enum class SplitVectorMode : std::uint8_t { kLeft = 0, kAbove = 1, kZero = 2, kNew = 3 };

// All a macroblock's header says, with vectors resolved (not as differences).
struct MacroblockModes {
  std::uint8_t segment = 0;        // 0..3, effective (from this frame's map update or the state's map)
  bool skip_coefficients = false;  // the flag as sent; false when the frame has no skip flags
  ReferenceFrame reference = ReferenceFrame::kIntra;
  LumaMode luma = LumaMode::kDc;
  ChromaMode chroma = ChromaMode::kDc;      // intra only
  SplitKind split = SplitKind::kTopBottom;  // kSplit only
  MotionVector vector;  // inter; for kSplit the last subblock's; zero for intra (neighbours read it)

  // Per 4x4 subblock, raster order. Valid for kSubblocks (modes) resp. kSplit (vectors, split_modes);
  // elsewhere: subblock modes hold what contexts of neighbours must see (implied by the 16x16 mode on
  // key frames), vectors hold `vector` sixteen times.
  std::array<SubblockMode, 16> subblock_modes{};
  std::array<MotionVector, 16> vectors{};
  std::array<SplitVectorMode, 16> split_modes{};  // one for each part (2, 2, 4 or 16), in part order

  bool is_inter() const { return reference != ReferenceFrame::kIntra; }
  bool has_y2() const { return luma != LumaMode::kSubblocks && luma != LumaMode::kSplit; }
  bool operator==(const MacroblockModes&) const = default;
};

}  // namespace skirret::codec
