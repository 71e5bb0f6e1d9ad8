#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace skirret::codec {

class SampleShelf;

// Gives a picture's samples back to the pool that they came from, if any.
struct SampleReturn {
  std::shared_ptr<SampleShelf> shelf;  // null: plain memory
  std::size_t size = 0;
  void operator()(std::uint8_t* samples) const;
};
using Samples = std::unique_ptr<std::uint8_t[], SampleReturn>;

// Memory for pictures, used again and again: fresh pages of a 720p picture cost a tenth of its decoding.
// Owned by the caller and handed in where pictures are made; it may end before the pictures that it lent, and
// they may be made and dropped on any thread. Copies are the same pool.
class PicturePool {
 public:
  // Keeps up to `keep` buffers that nobody uses, the youngest ones.
  explicit PicturePool(std::size_t keep = 4);

  struct Counts {
    std::size_t lent = 0;  // buffers in pictures that are alive
    std::size_t kept = 0;  // waiting to be lent again
    std::size_t made = 0;  // ever allocated
  };
  Counts counts() const;

  Samples lend(std::size_t size) const;

 private:
  std::shared_ptr<SampleShelf> shelf_;
};

// Without a pool.
Samples allocate_samples(std::size_t size);

}  // namespace skirret::codec
