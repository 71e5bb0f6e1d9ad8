#include "tools/bench/measure/frame_code.hh"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace skirret::bench {
namespace {

constexpr int kThreshold = (FrameCode::kDark + FrameCode::kBright) / 2;
constexpr int kLeastContrast = 20;  // from the threshold, of the 64 that were drawn

// The check bits that a number cell takes part in: the words of weight 3, in order.
constexpr std::array<unsigned, FrameCode::kNumberCells> kChecks = {
    0b000111, 0b001011, 0b001101, 0b001110, 0b010011, 0b010101, 0b010110,
    0b011001, 0b011010, 0b011100, 0b100011, 0b100101, 0b100110, 0b101001};

bool inverted(int cell) {
  return cell % 2 == 1;
}

// Mean of the middle quarter of a cell, where no filter and no neighbour reaches.
int middle_of(codec::PlaneView luma, double left, double side_x, double side_y) {
  const int x0 = static_cast<int>(left + side_x / 4 + 0.5);
  const int y0 = static_cast<int>(side_y / 4 + 0.5);
  const int columns = std::max(1, static_cast<int>(side_x / 2));
  const int rows = std::max(1, static_cast<int>(side_y / 2));
  int sum = 0;
  for (int y = y0; y < y0 + rows; ++y)
    for (int x = x0; x < x0 + columns; ++x) sum += *luma.at(x, y);
  return sum / (columns * rows);
}

std::uint64_t from_gray(std::uint64_t gray) {
  for (unsigned shift = 1; shift < FrameCode::kNumberCells; shift *= 2) gray ^= gray >> shift;
  return gray;
}

void fill_block(codec::MutablePlaneView plane, int x0, int side, std::uint8_t value) {
  const int width = std::min(side, plane.width - x0);
  for (int y = 0; y < std::min(side, plane.height); ++y) std::fill_n(plane.row(y) + x0, width, value);
}

}  // namespace

Result<FrameCode> FrameCode::fit(codec::Dimensions source) {
  const int wanted = std::max(1, (source.height + 180) / 360);
  const int cell = 16 * std::min(wanted, source.width / (16 * kCells));
  if (cell == 0 || source.height < 4 * cell) {
    return fail(ErrorCode::kUnsupported, "a picture of " + std::to_string(source.width) + "x" +
                                             std::to_string(source.height) +
                                             " has no room for the frame code: take one of at least 320x64");
  }
  return FrameCode(source, cell);
}

std::array<bool, FrameCode::kCells> FrameCode::cells_of(std::uint64_t frame) {
  const std::uint64_t number = frame % kPeriod;
  const std::uint64_t gray = number ^ (number >> 1);
  unsigned checks = 0;
  std::array<bool, kCells> cells{};
  for (int i = 0; i < kNumberCells; ++i) {
    const bool set = (gray >> i & 1u) != 0;
    if (set) checks ^= kChecks[static_cast<std::size_t>(i)];
    cells[static_cast<std::size_t>(i)] = set != inverted(i);
  }
  for (int i = 0; i < kCheckCells; ++i) {
    const int cell = kNumberCells + i;
    cells[static_cast<std::size_t>(cell)] = ((checks >> i & 1u) != 0) != inverted(cell);
  }
  return cells;
}

void FrameCode::draw(codec::MutablePicture& picture, std::uint64_t frame) const {
  SKIRRET_CHECK(picture.dimensions() == source_);
  const auto cells = cells_of(frame);
  const auto luma = picture.display_plane(codec::PlaneName::kY);
  for (int i = 0; i < kCells; ++i) {
    const int level = cells[static_cast<std::size_t>(i)] ? kBright : kDark;
    fill_block(luma, i * cell_, cell_, static_cast<std::uint8_t>(level));
    for (const auto name : {codec::PlaneName::kU, codec::PlaneName::kV})
      fill_block(picture.display_plane(name), i * cell_ / 2, cell_ / 2, 128);
  }
}

codec::Picture FrameCode::drawn(const codec::Picture& picture, std::uint64_t frame) const {
  codec::MutablePicture copy = picture.copy();
  draw(copy, frame);
  return codec::Picture(std::move(copy));
}

std::optional<std::uint64_t> FrameCode::read(codec::PlaneView luma) const {
  const double side_x = static_cast<double>(cell_) * luma.width / source_.width;
  const double side_y = static_cast<double>(cell_) * luma.height / source_.height;
  if (side_x < 4 || side_y < 4) return std::nullopt;
  std::uint64_t gray = 0;
  unsigned checks = 0;
  for (int i = 0; i < kCells; ++i) {
    const int from_threshold = middle_of(luma, i * side_x, side_x, side_y) - kThreshold;
    if (std::abs(from_threshold) < kLeastContrast) return std::nullopt;
    const bool set = (from_threshold > 0) != inverted(i);
    if (!set) continue;
    if (i < kNumberCells) {
      gray |= std::uint64_t{1} << i;
      checks ^= kChecks[static_cast<std::size_t>(i)];
    } else {
      checks ^= 1u << (i - kNumberCells);
    }
  }
  if (checks != 0) return std::nullopt;
  return from_gray(gray);
}

codec::PlaneView FrameCode::outside(codec::PlaneView luma) const {
  SKIRRET_CHECK(luma.height > cell_);
  luma.data += cell_ * luma.stride;
  luma.height -= cell_;
  return luma;
}

std::optional<std::uint64_t> unwrapped(std::uint64_t code, std::uint64_t newest_captured) {
  if (code > newest_captured) return std::nullopt;
  return newest_captured - (newest_captured - code) % FrameCode::kPeriod;
}

}  // namespace skirret::bench
