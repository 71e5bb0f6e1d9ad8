#include "cloudenc/functions/segment_reading.hh"

#include <algorithm>
#include <utility>

namespace skirret::cloudenc {
namespace {

constexpr std::size_t kMostKept = 2;
constexpr std::uint64_t kReferences = 20;  // sixteen of H.264, and those in hand

bool begins_with(const BlobGroup& all, const BlobGroup& first) {
  return first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin());
}

}  // namespace

Result<std::optional<codec::ShownPicture>> SegmentReading::next(Call& call, std::size_t parts) {
  while (true) {
    auto shown = decoder_.next();
    if (shown && *shown) {
      ++shown_;
      dimensions_ = (*shown)->dimensions;
    }
    if (!shown || *shown || finished_ || read_.size() >= parts) return shown;
    const auto blob = call.input(0, read_.size());
    if (!blob) return tl::unexpected(blob.error());
    part_bytes_ = blob->size();
    auto part = codec::load_segment(*blob);
    if (!part) return tl::unexpected(part.error());
    if (auto fed = decoder_.feed(std::move(*part)); !fed) return tl::unexpected(fed.error());
    read_.push_back(call.thunk().inputs[0][read_.size()]);
  }
}

void SegmentReading::finish() {
  finished_ = true;
  decoder_.finish();
}

std::uint64_t SegmentReading::memory() const {
  const auto samples = static_cast<std::uint64_t>(dimensions_.aligned_width()) *
                       static_cast<std::uint64_t>(dimensions_.aligned_height());
  return part_bytes_ + kReferences * samples * 3 / 2;
}

std::unique_ptr<SegmentReading> DecoderShelf::take(const BlobGroup& parts, std::size_t most_parts,
                                                   std::uint64_t most_shown) {
  const std::scoped_lock lock(mutex_);
  auto best = kept_.end();
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    const SegmentReading& reading = **it;
    if (!begins_with(parts, reading.read()) || reading.read().size() > most_parts) continue;
    if (reading.shown() > most_shown || (reading.finished() && reading.read() != parts)) continue;
    if (best == kept_.end() || reading.shown() > (*best)->shown()) best = it;
  }
  if (best == kept_.end()) return std::make_unique<SegmentReading>();
  auto taken = std::move(*best);
  kept_.erase(best);
  return taken;
}

void DecoderShelf::put(std::unique_ptr<SegmentReading> reading) {
  const std::scoped_lock lock(mutex_);
  kept_.push_back(std::move(reading));
  if (kept_.size() > kMostKept) kept_.pop_front();
}

std::uint64_t DecoderShelf::memory() const {
  const std::scoped_lock lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& reading : kept_) bytes += reading->memory();
  return bytes;
}

}  // namespace skirret::cloudenc
