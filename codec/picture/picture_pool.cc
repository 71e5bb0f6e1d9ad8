#include "codec/picture/picture_pool.hh"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <new>
#include <vector>

namespace skirret::codec {
namespace {

constexpr std::align_val_t kAlignment{64};  // a cache line

std::uint8_t* allocate(std::size_t size) {
  return static_cast<std::uint8_t*>(::operator new(size, kAlignment));
}

}  // namespace

class SampleShelf : public std::enable_shared_from_this<SampleShelf> {
 public:
  explicit SampleShelf(std::size_t keep) : keep_(keep) {}

  Samples lend(std::size_t size) {
    const SampleReturn back{shared_from_this(), size};
    {
      const std::lock_guard lock(mutex_);
      ++lent_;
      const auto fits =
          std::find_if(kept_.rbegin(), kept_.rend(), [size](const auto& each) { return each.size == size; });
      if (fits != kept_.rend()) {
        Samples samples(fits->samples.release(), back);
        kept_.erase(std::next(fits).base());
        return samples;
      }
      ++made_;
    }
    return Samples(allocate(size), back);
  }

  void take_back(std::uint8_t* samples, std::size_t size) {
    Samples surplus;  // freed outside the lock
    const std::lock_guard lock(mutex_);
    --lent_;
    kept_.push_back({Samples(samples), size});
    if (kept_.size() > keep_) {
      surplus = std::move(kept_.front().samples);
      kept_.erase(kept_.begin());
    }
  }

  PicturePool::Counts counts() const {
    const std::lock_guard lock(mutex_);
    return {lent_, kept_.size(), made_};
  }

 private:
  struct Kept {
    Samples samples;  // without a shelf
    std::size_t size;
  };
  const std::size_t keep_;
  mutable std::mutex mutex_;
  std::vector<Kept> kept_;  // oldest first
  std::size_t lent_ = 0;
  std::size_t made_ = 0;
};

void SampleReturn::operator()(std::uint8_t* samples) const {
  if (shelf == nullptr) {
    ::operator delete(samples, kAlignment);
  } else {
    shelf->take_back(samples, size);
  }
}

PicturePool::PicturePool(std::size_t keep) : shelf_(std::make_shared<SampleShelf>(keep)) {}

PicturePool::Counts PicturePool::counts() const {
  return shelf_->counts();
}

Samples PicturePool::lend(std::size_t size) const {
  return shelf_->lend(size);
}

Samples allocate_samples(std::size_t size) {
  return Samples(allocate(size));
}

}  // namespace skirret::codec
