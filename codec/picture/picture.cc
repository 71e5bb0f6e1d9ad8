#include "codec/picture/picture.hh"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

namespace skirret::codec {
namespace {

std::size_t luma_size(Dimensions d) {
  return static_cast<std::size_t>(d.aligned_width()) * static_cast<std::size_t>(d.aligned_height());
}

std::size_t plane_offset(Dimensions d, PlaneName name) {
  const std::size_t luma = luma_size(d);
  return name == PlaneName::kY ? 0 : name == PlaneName::kU ? luma : luma + luma / 4;
}

int plane_width(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.aligned_width() : d.aligned_width() / 2;
}
int plane_height(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.aligned_height() : d.aligned_height() / 2;
}
int display_width(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.width : (d.width + 1) / 2;
}
int display_height(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.height : (d.height + 1) / 2;
}

constexpr PlaneName kPlanes[] = {PlaneName::kY, PlaneName::kU, PlaneName::kV};

}  // namespace

MutablePicture::MutablePicture(Dimensions dimensions)
    : dimensions_(dimensions), samples_(new std::uint8_t[luma_size(dimensions) * 3 / 2]) {}

std::uint8_t* MutablePicture::plane_start(PlaneName name) const {
  return samples_.get() + plane_offset(dimensions_, name);
}

MutablePlaneView MutablePicture::plane(PlaneName name) {
  const int width = plane_width(dimensions_, name);
  return {plane_start(name), width, width, plane_height(dimensions_, name)};
}

PlaneView MutablePicture::plane(PlaneName name) const {
  const int width = plane_width(dimensions_, name);
  return {plane_start(name), width, width, plane_height(dimensions_, name)};
}

MutablePlaneView MutablePicture::display_plane(PlaneName name) {
  MutablePlaneView view = plane(name);
  view.width = display_width(dimensions_, name);
  view.height = display_height(dimensions_, name);
  return view;
}

void MutablePicture::fill(std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  const std::size_t luma = luma_size(dimensions_);
  std::memset(plane_start(PlaneName::kY), y, luma);
  std::memset(plane_start(PlaneName::kU), u, luma / 4);
  std::memset(plane_start(PlaneName::kV), v, luma / 4);
}

void MutablePicture::extend_margin() {
  for (const PlaneName name : kPlanes) {
    const MutablePlaneView all = plane(name);
    const MutablePlaneView shown = display_plane(name);
    if (shown.width < all.width)
      for (int y = 0; y < shown.height; ++y)
        std::memset(all.at(shown.width, y), *shown.at(shown.width - 1, y),
                    static_cast<std::size_t>(all.width - shown.width));
    for (int y = shown.height; y < all.height; ++y)
      std::memcpy(all.row(y), all.row(shown.height - 1), static_cast<std::size_t>(all.width));
  }
}

struct Picture::Storage {
  MutablePicture made;
  std::uint64_t hash;
};

Picture::Picture(MutablePicture&& made) {
  const Dimensions d = made.dimensions();
  const std::uint64_t seed = static_cast<std::uint64_t>(d.width) << 32 | static_cast<std::uint64_t>(d.height);
  const std::uint64_t hash = XXH3_64bits_withSeed(made.samples_.get(), luma_size(d) * 3 / 2, seed);
  storage_ = std::make_shared<const Storage>(Storage{std::move(made), hash});
}

Picture Picture::solid(Dimensions dimensions, std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  MutablePicture made(dimensions);
  made.fill(y, u, v);
  return Picture(std::move(made));
}

Dimensions Picture::dimensions() const {
  return storage_ ? storage_->made.dimensions() : Dimensions{};
}

PlaneView Picture::plane(PlaneName name) const {
  return storage_->made.plane(name);
}

PlaneView Picture::display_plane(PlaneName name) const {
  PlaneView view = plane(name);
  view.width = display_width(dimensions(), name);
  view.height = display_height(dimensions(), name);
  return view;
}

std::uint64_t Picture::hash() const {
  return storage_ ? storage_->hash : 0;
}

MutablePicture Picture::copy() const {
  MutablePicture made(dimensions());
  if (!empty())
    std::memcpy(made.samples_.get(), storage_->made.samples_.get(), luma_size(dimensions()) * 3 / 2);
  return made;
}

bool Picture::operator==(const Picture& other) const {
  if (storage_ == other.storage_) return true;
  if (empty() || other.empty() || dimensions() != other.dimensions() || hash() != other.hash()) return false;
  return std::memcmp(storage_->made.samples_.get(), other.storage_->made.samples_.get(),
                     luma_size(dimensions()) * 3 / 2) == 0;
}

}  // namespace skirret::codec
