#pragma once

#include <array>
#include <cstdint>

#include "codec/bitstream/tree.hh"

// Trees, fixed probabilities and contexts of macroblock modes (RFC 6386 sections 8, 11, 16).
// Leaves are the numeric values of the enumerations in codec/syntax/modes.hh.
namespace skirret::codec::tables {

inline constexpr std::array<TreeIndex, 6> kSegmentTree = {2, 4, leaf(0), leaf(1), leaf(2), leaf(3)};

// Luma: 0 DC, 1 V, 2 H, 3 TM, 4 B_PRED.
inline constexpr std::array<TreeIndex, 8> kKeyLumaTree = {leaf(4), 2,       4,       6,
                                                          leaf(0), leaf(1), leaf(2), leaf(3)};
inline constexpr std::array<std::uint8_t, 4> kKeyLumaProbabilities = {145, 156, 163, 128};
inline constexpr std::array<TreeIndex, 8> kLumaTree = {leaf(0), 2, 4, 6, leaf(1), leaf(2), leaf(3), leaf(4)};
inline constexpr std::array<std::uint8_t, 4> kDefaultLumaProbabilities = {112, 86, 140, 37};

// Chroma: 0 DC, 1 V, 2 H, 3 TM.
inline constexpr std::array<TreeIndex, 6> kChromaTree = {leaf(0), 2, leaf(1), 4, leaf(2), leaf(3)};
inline constexpr std::array<std::uint8_t, 3> kKeyChromaProbabilities = {142, 114, 183};
inline constexpr std::array<std::uint8_t, 3> kDefaultChromaProbabilities = {162, 101, 204};

// 4x4 modes: 0 DC, 1 TM, 2 VE, 3 HE, 4 LD, 5 RD, 6 VR, 7 VL, 8 HD, 9 HU.
inline constexpr std::array<TreeIndex, 18> kSubblockModeTree = {leaf(0), 2,  leaf(1), 4,  leaf(2), 6,
                                                                8,       12, leaf(3), 10, leaf(5), leaf(6),
                                                                leaf(4), 14, leaf(7), 16, leaf(8), leaf(9)};
// In interframes, without context.
inline constexpr std::array<std::uint8_t, 9> kSubblockModeProbabilities = {120, 90, 79,  133, 87,
                                                                           85,  80, 111, 151};
// In key frames: [mode above][mode to the left].
extern const std::array<std::array<std::array<std::uint8_t, 9>, 10>, 10> kKeySubblockModeProbabilities;

// Inter modes, counted from the first one: 0 zero, 1 nearest, 2 near, 3 new, 4 split.
inline constexpr std::array<TreeIndex, 8> kInterModeTree = {leaf(0), 2, leaf(1), 4,
                                                            leaf(2), 6, leaf(3), leaf(4)};
// [weight of the neighbours' evidence][tree node] (section 16.3, vp8_mode_contexts)
inline constexpr std::array<std::array<std::uint8_t, 4>, 6> kInterModeContexts = {{{{7, 1, 1, 143}},
                                                                                   {{14, 18, 14, 107}},
                                                                                   {{135, 64, 57, 68}},
                                                                                   {{60, 56, 128, 65}},
                                                                                   {{159, 134, 128, 34}},
                                                                                   {{234, 188, 128, 28}}}};

// Split kinds: 0 top/bottom, 1 left/right, 2 quarters, 3 sixteenths.
inline constexpr std::array<TreeIndex, 6> kSplitTree = {leaf(3), 2, leaf(2), 4, leaf(0), leaf(1)};
inline constexpr std::array<std::uint8_t, 3> kSplitProbabilities = {110, 111, 150};
inline constexpr std::array<std::uint8_t, 4> kSplitParts = {2, 2, 4, 16};
// Which part each subblock belongs to.
inline constexpr std::array<std::array<std::uint8_t, 16>, 4> kSplitLayout = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}},
     {{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1}},
     {{0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3}},
     {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}}};
// The first subblock of each part.
inline constexpr std::array<std::array<std::uint8_t, 16>, 4> kSplitFirst = {
    {{{0, 8}}, {{0, 2}}, {{0, 2, 8, 10}}, {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}}};

// Vector modes of a part: 0 left, 1 above, 2 zero, 3 new.
inline constexpr std::array<TreeIndex, 6> kSplitVectorTree = {leaf(0), 2, leaf(1), 4, leaf(2), leaf(3)};
// By context: 0 plain, 1 left zero, 2 above zero, 3 left equals above, 4 both zero (section 16.3).
inline constexpr std::array<std::array<std::uint8_t, 3>, 5> kSplitVectorProbabilities = {
    {{{147, 136, 18}}, {{106, 145, 1}}, {{179, 121, 1}}, {{223, 1, 34}}, {{208, 1, 1}}}};

}  // namespace skirret::codec::tables
