#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "codec/picture/plane.hh"

namespace skirret::codec {

// Sizes of a picture in samples. Planes are kept macroblock-aligned (luma to 16, chroma to 8);
// width and height are the display crop. Nothing outside the aligned planes is stored: predictions
// that reach further replicate the aligned edge (RFC 6386 section 5).
struct Dimensions {
  int width = 0;   // display luma samples, 1..16383
  int height = 0;  // display luma samples, 1..16383

  int mb_cols() const { return (width + 15) / 16; }
  int mb_rows() const { return (height + 15) / 16; }
  int mb_count() const { return mb_cols() * mb_rows(); }
  int aligned_width() const { return mb_cols() * 16; }
  int aligned_height() const { return mb_rows() * 16; }

  bool operator==(const Dimensions&) const = default;
};

enum class PlaneName { kY = 0, kU = 1, kV = 2 };

// A picture while it is being made: one owner, writable. Moves into a Picture, never copies by accident.
class MutablePicture {
 public:
  MutablePicture() = default;
  explicit MutablePicture(Dimensions dimensions);  // planes are not initialised
  MutablePicture(MutablePicture&&) noexcept = default;
  MutablePicture& operator=(MutablePicture&&) noexcept = default;
  MutablePicture(const MutablePicture&) = delete;
  MutablePicture& operator=(const MutablePicture&) = delete;
  ~MutablePicture() = default;

  Dimensions dimensions() const { return dimensions_; }
  MutablePlaneView plane(PlaneName name);          // whole aligned plane
  PlaneView plane(PlaneName name) const;           // whole aligned plane
  MutablePlaneView display_plane(PlaneName name);  // cropped: (w+1)/2 x (h+1)/2 for chroma
  void fill(std::uint8_t y, std::uint8_t u, std::uint8_t v);

  // Replicates the display crop's last column and row into the aligned margin: what an encoder's
  // source needs, so that invisible samples cost few bits.
  void extend_margin();

 private:
  friend class Picture;
  std::uint8_t* plane_start(PlaneName name) const;

  Dimensions dimensions_;
  std::unique_ptr<std::uint8_t[]>
      samples_;  // Y, U, V one after another, each with a stride of its aligned width
};

// An immutable picture, shared: copies cost one reference count, equality compares samples
// (at once when both share storage). An empty Picture has dimensions 0x0.
class Picture {
 public:
  Picture() = default;
  explicit Picture(MutablePicture&& made);  // freezes, and computes the hash
  static Picture solid(Dimensions dimensions, std::uint8_t y, std::uint8_t u, std::uint8_t v);

  bool empty() const { return storage_ == nullptr; }
  Dimensions dimensions() const;
  PlaneView plane(PlaneName name) const;          // whole aligned plane
  PlaneView display_plane(PlaneName name) const;  // the display crop
  std::uint64_t hash() const;                     // XXH3-64 over dimensions and aligned samples, cached
  bool shares_storage(const Picture& other) const { return storage_ == other.storage_; }
  MutablePicture copy() const;

  bool operator==(const Picture& other) const;

 private:
  struct Storage;
  std::shared_ptr<const Storage> storage_;
};

}  // namespace skirret::codec
