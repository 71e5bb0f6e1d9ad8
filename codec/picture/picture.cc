#include "codec/picture/picture.hh"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include <xxhash.h>

namespace skirret::codec {
namespace {

std::size_t sample_count(Dimensions d) {
  return static_cast<std::size_t>(detail::luma_size(d)) * 3 / 2;
}

// Kernels may read a little further than the last sample.
constexpr std::size_t kSlack = 64;

int display_width(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.width : (d.width + 1) / 2;
}
int display_height(Dimensions d, PlaneName name) {
  return name == PlaneName::kY ? d.height : (d.height + 1) / 2;
}

constexpr PlaneName kPlanes[] = {PlaneName::kY, PlaneName::kU, PlaneName::kV};

}  // namespace

MutablePicture::MutablePicture(Dimensions dimensions, const PicturePool* pool)
    : dimensions_(dimensions),
      samples_(pool != nullptr ? pool->lend(sample_count(dimensions) + kSlack)
                               : allocate_samples(sample_count(dimensions) + kSlack)) {}

MutablePlaneView MutablePicture::display_plane(PlaneName name) {
  MutablePlaneView view = plane(name);
  view.width = display_width(dimensions_, name);
  view.height = display_height(dimensions_, name);
  return view;
}

void MutablePicture::fill(std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  const auto luma = static_cast<std::size_t>(detail::luma_size(dimensions_));
  std::memset(plane(PlaneName::kY).data, y, luma);
  std::memset(plane(PlaneName::kU).data, u, luma / 4);
  std::memset(plane(PlaneName::kV).data, v, luma / 4);
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
  explicit Storage(MutablePicture&& picture) : made(std::move(picture)) {}

  std::uint64_t cached_hash() const {
    if (hashed.load(std::memory_order_acquire)) return hash.load(std::memory_order_relaxed);
    const Dimensions d = made.dimensions();
    const std::uint64_t seed =
        static_cast<std::uint64_t>(d.width) << 32 | static_cast<std::uint64_t>(d.height);
    const std::uint64_t value = XXH3_64bits_withSeed(made.plane(PlaneName::kY).data, sample_count(d), seed);
    hash.store(value, std::memory_order_relaxed);  // two threads at once store the same
    hashed.store(true, std::memory_order_release);
    return value;
  }

  MutablePicture made;
  mutable std::atomic<std::uint64_t> hash = 0;
  mutable std::atomic<bool> hashed = false;
};

Picture::Picture(MutablePicture&& made) : storage_(std::make_shared<const Storage>(std::move(made))) {}

Picture Picture::solid(Dimensions dimensions, std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  MutablePicture made(dimensions);
  made.fill(y, u, v);
  return Picture(std::move(made));
}

Dimensions Picture::dimensions() const {
  return storage_ ? storage_->made.dimensions() : Dimensions{};
}

PlaneView Picture::plane(PlaneName name) const {
  return std::as_const(storage_->made).plane(name);
}

PlaneView Picture::display_plane(PlaneName name) const {
  PlaneView view = plane(name);
  view.width = display_width(dimensions(), name);
  view.height = display_height(dimensions(), name);
  return view;
}

std::uint64_t Picture::hash() const {
  return storage_ ? storage_->cached_hash() : 0;
}

MutablePicture Picture::copy() const {
  MutablePicture made(dimensions());
  if (!empty()) std::memcpy(made.samples_.get(), storage_->made.samples_.get(), sample_count(dimensions()));
  return made;
}

bool Picture::operator==(const Picture& other) const {
  if (storage_ == other.storage_) return true;
  if (empty() || other.empty() || dimensions() != other.dimensions()) return false;
  return std::memcmp(storage_->made.samples_.get(), other.storage_->made.samples_.get(),
                     sample_count(dimensions())) == 0;
}

}  // namespace skirret::codec
