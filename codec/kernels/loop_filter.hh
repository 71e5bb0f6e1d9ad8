#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codec/picture/picture.hh"
#include "codec/syntax/frame_header.hh"

// The loop filter over whole rows of macroblocks (RFC 6386 section 15).
namespace skirret::codec {

// How one macroblock is filtered.
struct MacroblockFilter {
  std::uint8_t level = 0;  // 0: not at all
  bool inner = true;       // whether edges inside it are filtered too
  bool operator==(const MacroblockFilter&) const = default;
};

// Filters one row of macroblocks in place: `row` holds its columns' filters. Changes up to 3 luma lines of
// the row above, which must be filtered already; reads nothing of the row below.
void filter_row(MutablePicture& picture, int mb_row, std::span<const MacroblockFilter> row,
                const FilterFields& fields, bool key_frame);

}  // namespace skirret::codec
