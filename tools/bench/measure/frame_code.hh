#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

namespace skirret::bench {

// A frame's number, drawn into the top left edge of a picture so that it survives any codec, and read back
// from what is displayed.
//
//   cells 0 … 13   the number in reflected binary Gray code: one cell changes from frame to frame
//   cells 14 … 19  check bits: each number cell is in three of them (Hsiao, IBM J. Res. Dev. 14(4), 1970), so
//                  that two codes differ in at least 4 cells and exactly 4 change with each frame
//
// A cell is a flat square of 16 luma samples a side, or 32 from 540 lines on (16 more for each 360 lines),
// aligned to macroblocks: dark or bright, chroma neutral. Every second cell is inverted, so that no flat
// picture reads as a code.
class FrameCode {
 public:
  static constexpr int kNumberCells = 14;
  static constexpr int kCheckCells = 6;
  static constexpr int kCells = kNumberCells + kCheckCells;
  static constexpr std::uint64_t kPeriod = 1u << kNumberCells;  // numbers repeat: 9 min at 30 frames/s
  static constexpr int kDark = 64;
  static constexpr int kBright = 192;

  // kUnsupported for sources narrower than 320 or lower than 64.
  static Result<FrameCode> fit(codec::Dimensions source);

  // Draws; the margin beyond the display crop is untouched.
  void draw(codec::MutablePicture& picture, std::uint64_t frame) const;
  codec::Picture drawn(const codec::Picture& picture, std::uint64_t frame) const;

  // The number modulo kPeriod; none when a cell is neither dark nor bright, or the check bits disagree. The
  // picture may have been scaled: it may have any size of at least 4 samples a cell.
  std::optional<std::uint64_t> read(codec::PlaneView luma) const;

  // The plane of a source-sized picture below the code: what quality is measured on.
  codec::PlaneView outside(codec::PlaneView luma) const;

  int cell() const { return cell_; }  // samples a side
  codec::Dimensions source() const { return source_; }

  // For tests and other drawers (a canvas): bright or dark, cell by cell from the left.
  static std::array<bool, kCells> cells_of(std::uint64_t frame);

 private:
  FrameCode(codec::Dimensions source, int cell) : source_(source), cell_(cell) {}

  codec::Dimensions source_;
  int cell_ = 16;
};

// The frame that a code read modulo kPeriod stands for, given the newest one captured so far: the newest that
// is not above it. None when there is no such frame.
std::optional<std::uint64_t> unwrapped(std::uint64_t code, std::uint64_t newest_captured);

}  // namespace skirret::bench
