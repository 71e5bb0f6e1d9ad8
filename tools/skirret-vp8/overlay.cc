#include "tools/skirret-vp8/overlay.hh"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

namespace skirret::vp8 {
namespace {

using codec::LumaMode;
using codec::MacroblockModes;
using codec::MutablePlaneView;
using codec::PlaneName;

constexpr int kScale = 2;
constexpr int kSide = 16 * kScale;  // of a macroblock on the overlay
constexpr std::uint8_t kBright = 235, kDark = 16;

struct Tint {
  std::uint8_t u, v;
};

std::optional<Tint> tint_of(LumaMode mode) {
  switch (mode) {
    case LumaMode::kDc:
    case LumaMode::kVertical:
    case LumaMode::kHorizontal:
    case LumaMode::kTrueMotion:
      return Tint{90, 240};  // red
    case LumaMode::kSubblocks:
      return Tint{60, 190};  // orange
    case LumaMode::kNearest:
    case LumaMode::kNear:
      return Tint{220, 110};  // blue
    case LumaMode::kNew:
      return Tint{54, 34};  // green
    case LumaMode::kSplit:
      return Tint{202, 222};  // magenta
    case LumaMode::kZero:
      break;
  }
  return std::nullopt;
}

// Draws inside the plane; what lies outside is left out.
void dot(MutablePlaneView plane, int x, int y, std::uint8_t value) {
  if (x >= 0 && y >= 0 && x < plane.width && y < plane.height) *plane.at(x, y) = value;
}

void box(MutablePlaneView plane, int x, int y, int size, std::uint8_t value) {
  for (int row = 0; row < size; ++row)
    for (int col = 0; col < size; ++col) dot(plane, x + col, y + row, value);
}

void line(MutablePlaneView plane, int x, int y, int to_x, int to_y, std::uint8_t value) {
  const int steps = std::max({std::abs(to_x - x), std::abs(to_y - y), 1});
  for (int i = 0; i <= steps; ++i) dot(plane, x + (to_x - x) * i / steps, y + (to_y - y) * i / steps, value);
}

void frame_around(MutablePlaneView plane, int x, int y, std::uint8_t value) {
  const int last = kSide - 1;
  line(plane, x, y, x + last, y, value);
  line(plane, x, y + last, x + last, y + last, value);
  line(plane, x, y, x, y + last, value);
  line(plane, x + last, y, x + last, y + last, value);
}

void enlarge(codec::PlaneView from, MutablePlaneView to) {
  for (int y = 0; y < to.height; ++y) {
    const std::uint8_t* source = from.row(std::min(y / kScale, from.height - 1));
    for (int x = 0; x < to.width; ++x) to.row(y)[x] = source[std::min(x / kScale, from.width - 1)];
  }
}

void tint(MutablePlaneView plane, int x, int y, std::uint8_t value) {
  for (int row = y; row < std::min(y + kSide / 2, plane.height); ++row)
    for (int col = x; col < std::min(x + kSide / 2, plane.width); ++col)
      *plane.at(col, row) = static_cast<std::uint8_t>((*plane.at(col, row) + value + 1) / 2);
}

void draw_vector(MutablePlaneView luma, int x, int y, codec::MotionVector vector) {
  box(luma, x - 1, y - 1, 3, kBright);
  line(luma, x, y, x + vector.col * kScale / 4, y + vector.row * kScale / 4, kBright);
}

void draw_vectors(MutablePlaneView luma, int x, int y, const MacroblockModes& modes) {
  if (modes.luma != LumaMode::kSplit) {
    if (modes.is_inter() && !modes.vector.is_zero())
      draw_vector(luma, x + kSide / 2, y + kSide / 2, modes.vector);
    return;
  }
  constexpr int kBlock = kSide / 4;
  for (int block = 0; block < 16; ++block)
    draw_vector(luma, x + block % 4 * kBlock + kBlock / 2, y + block / 4 * kBlock + kBlock / 2,
                modes.vectors[static_cast<std::size_t>(block)]);
}

}  // namespace

Result<codec::Picture> overlay(const codec::Picture& decoded, const codec::ParsedFrame& frame) {
  constexpr int kMaxSide = 16383 / kScale;
  const codec::Dimensions size = decoded.dimensions();
  if (size.width > kMaxSide || size.height > kMaxSide)
    return fail(ErrorCode::kLimit, "an overlay is twice as large as the picture, which may have " +
                                       std::to_string(kMaxSide) + " samples a side at most");
  codec::MutablePicture drawn({size.width * kScale, size.height * kScale});
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV})
    enlarge(decoded.display_plane(name), drawn.display_plane(name));
  const MutablePlaneView luma = drawn.display_plane(PlaneName::kY);
  const int cols = size.mb_cols(), rows = size.mb_rows();
  const auto for_each = [&](const auto& each) {
    for (int row = 0; row < rows; ++row)
      for (int col = 0; col < cols; ++col)
        each(static_cast<std::size_t>(row * cols + col), col * kSide, row * kSide);
  };
  for_each([&](std::size_t index, int x, int y) {
    const MacroblockModes& modes = frame.modes[index];
    if (const auto color = tint_of(modes.luma)) {
      tint(drawn.display_plane(PlaneName::kU), x / 2, y / 2, color->u);
      tint(drawn.display_plane(PlaneName::kV), x / 2, y / 2, color->v);
    }
    if (modes.reference == codec::ReferenceFrame::kGolden) frame_around(luma, x, y, kBright);
    if (modes.reference == codec::ReferenceFrame::kAltref) frame_around(luma, x, y, kDark);
    if (!modes.skip_coefficients && frame.coefficients[index].any()) box(luma, x + 2, y + 2, 3, kBright);
  });
  // Last, for they reach into their neighbours.
  for_each([&](std::size_t index, int x, int y) { draw_vectors(luma, x, y, frame.modes[index]); });
  drawn.extend_margin();
  return codec::Picture(std::move(drawn));
}

}  // namespace skirret::vp8
