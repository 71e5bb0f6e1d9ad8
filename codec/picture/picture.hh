#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "codec/picture/picture_pool.hh"
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

namespace detail {

// Y, U, V stand one after another, each with a stride of its aligned width.
inline std::ptrdiff_t luma_size(Dimensions d) {
  return static_cast<std::ptrdiff_t>(d.aligned_width()) * d.aligned_height();
}
inline std::ptrdiff_t plane_offset(Dimensions d, PlaneName name) {
  const std::ptrdiff_t luma = luma_size(d);
  return name == PlaneName::kY ? 0 : name == PlaneName::kU ? luma : luma + luma / 4;
}
inline int plane_width(Dimensions d, PlaneName name) {
  return d.aligned_width() >> (name == PlaneName::kY ? 0 : 1);
}
inline int plane_height(Dimensions d, PlaneName name) {
  return d.aligned_height() >> (name == PlaneName::kY ? 0 : 1);
}

}  // namespace detail

// A picture while it is being made: one owner, writable. Moves into a Picture, never copies by accident.
class MutablePicture {
 public:
  MutablePicture() = default;
  // Planes are not initialised. `pool` null: memory of its own.
  explicit MutablePicture(Dimensions dimensions, const PicturePool* pool = nullptr);
  MutablePicture(MutablePicture&&) noexcept = default;
  MutablePicture& operator=(MutablePicture&&) noexcept = default;
  MutablePicture(const MutablePicture&) = delete;
  MutablePicture& operator=(const MutablePicture&) = delete;
  ~MutablePicture() = default;

  Dimensions dimensions() const { return dimensions_; }
  // The whole aligned plane.
  MutablePlaneView plane(PlaneName name) {
    const int width = detail::plane_width(dimensions_, name);
    return {samples_.get() + detail::plane_offset(dimensions_, name), width, width,
            detail::plane_height(dimensions_, name)};
  }
  PlaneView plane(PlaneName name) const {
    const int width = detail::plane_width(dimensions_, name);
    return {samples_.get() + detail::plane_offset(dimensions_, name), width, width,
            detail::plane_height(dimensions_, name)};
  }
  MutablePlaneView display_plane(PlaneName name);  // cropped: (w+1)/2 x (h+1)/2 for chroma
  void fill(std::uint8_t y, std::uint8_t u, std::uint8_t v);

  // Replicates the display crop's last column and row into the aligned margin: what an encoder's
  // source needs, so that invisible samples cost few bits.
  void extend_margin();

 private:
  friend class Picture;

  Dimensions dimensions_;
  Samples samples_;
};

// An immutable picture, shared: copies cost one reference count, equality compares samples
// (at once when both share storage). An empty Picture has dimensions 0x0.
class Picture {
 public:
  Picture() = default;
  explicit Picture(MutablePicture&& made);  // freezes
  static Picture solid(Dimensions dimensions, std::uint8_t y, std::uint8_t u, std::uint8_t v);

  bool empty() const { return storage_ == nullptr; }
  Dimensions dimensions() const;
  PlaneView plane(PlaneName name) const;          // whole aligned plane
  PlaneView display_plane(PlaneName name) const;  // the display crop
  // XXH3-64 over dimensions and aligned samples; computed when first asked for, on any thread, then kept.
  std::uint64_t hash() const;
  bool shares_storage(const Picture& other) const { return storage_ == other.storage_; }
  MutablePicture copy() const;

  bool operator==(const Picture& other) const;

 private:
  struct Storage;
  std::shared_ptr<const Storage> storage_;
};

}  // namespace skirret::codec
