#include "codec/decoder/frame_work.hh"

#include <algorithm>
#include <cstring>

#include "codec/base/spin.hh"

namespace skirret::codec {
namespace {

using Tokens = FrameReader::Tokens;

// Back to all zero, touching only fours of blocks that were coded.
void clear(MacroblockCoefficients& coefficients) {
  static_assert(kY2Block == 24);
  for (std::size_t first = 0; first < 24; first += 4) {
    std::uint32_t ends;
    std::memcpy(&ends, &coefficients.ends[first], 4);
    if (ends != 0) std::memset(&coefficients.levels[first], 0, 4 * sizeof(coefficients.levels[0]));
  }
  coefficients.levels[kY2Block].fill(0);
  coefficients.ends.fill(0);
}

}  // namespace

bool filters_inner(const MacroblockModes& modes, Tokens tokens) {
  return !modes.has_y2() || tokens == Tokens::kSome || tokens == Tokens::kLost;
}

FrameWork::FrameWork(FrameReader& reader, Reconstruction& reconstruction)
    : reader_(reader),
      reconstruction_(reconstruction),
      rows_(reader.dimensions().mb_rows()),
      cols_(reader.dimensions().mb_cols()) {
  if (reader.header().segmentation.update_map)
    segments_.resize(static_cast<std::size_t>(reader.dimensions().mb_count()));
}

bool FrameWork::run(Executor* executor) {
  if (executor == nullptr || executor->width() < 2 || rows_ < 2) return run_alone();
  slots_.resize(static_cast<std::size_t>(std::min(kSlots, rows_)));
  for (Slot& slot : slots_) {
    slot.modes.resize(static_cast<std::size_t>(cols_));
    slot.coefficients.reserve(static_cast<std::size_t>(cols_));
    slot.tokens.resize(static_cast<std::size_t>(cols_));
  }
  executor->run(std::min<std::size_t>(executor->width(), 3), [this](std::size_t) { work(); });
  return !failed_;
}

// The same with two rows of modes and one macroblock's coefficients, which stay in the nearest cache.
bool FrameWork::run_alone() {
  const auto cols = static_cast<std::size_t>(cols_);
  std::vector<MacroblockModes> above(cols), current(cols);
  MacroblockCoefficients coefficients;
  for (int row = 0; row < rows_; ++row) {
    reader_.read_modes(row, above, UnusedFields::kAny, current);
    reader_.start_row(row);
    for (int col = 0; col < cols_; ++col) {
      const MacroblockModes& modes = current[static_cast<std::size_t>(col)];
      const Tokens tokens = reader_.read_coefficients(col, modes, coefficients);
      const bool some = tokens == Tokens::kSome;
      reconstruction_.macroblock(col, row, modes, some ? &coefficients : nullptr,
                                 filters_inner(modes, tokens));
      if (some) clear(coefficients);
    }
    if (reader_.must_be_complete() && reader_.truncated()) return false;
    if (!segments_.empty())
      std::transform(current.begin(), current.end(), segments_.begin() + row * cols_,
                     [](const MacroblockModes& modes) { return modes.segment; });
    if (row > 0) reconstruction_.filter(row - 1);
    std::swap(above, current);
  }
  reconstruction_.filter(rows_ - 1);
  return true;
}

void FrameWork::read(int row) {
  const auto count = static_cast<int>(slots_.size());
  Slot& slot = slots_[static_cast<std::size_t>(row % count)];
  const Slot& above = slots_[static_cast<std::size_t>((row + count - 1) % count)];
  reader_.read_modes(row, above.modes, UnusedFields::kAny, slot.modes);
  reader_.start_row(row);
  std::size_t used = 0;
  for (int col = 0; col < cols_; ++col) {
    const auto at = static_cast<std::size_t>(col);
    if (used == slot.coefficients.size()) slot.coefficients.emplace_back();
    slot.tokens[at] = reader_.read_coefficients(col, slot.modes[at], slot.coefficients[used]);
    if (slot.tokens[at] == Tokens::kSome) ++used;
  }
  if (!segments_.empty())
    std::transform(slot.modes.begin(), slot.modes.end(), segments_.begin() + row * cols_,
                   [](const MacroblockModes& modes) { return modes.segment; });
}

void FrameWork::make(int row) {
  Slot& slot = slots_[static_cast<std::size_t>(row) % slots_.size()];
  MacroblockCoefficients* next = slot.coefficients.data();
  for (int col = 0; col < cols_; ++col) {
    const auto at = static_cast<std::size_t>(col);
    const bool some = slot.tokens[at] == Tokens::kSome;
    reconstruction_.macroblock(col, row, slot.modes[at], some ? next : nullptr,
                               filters_inner(slot.modes[at], slot.tokens[at]));
    if (some) clear(*next++);
  }
}

// A few rows are kept ready to be made; then filtering comes first, whose rows lie in the cache.
FrameWork::Task FrameWork::next_task() const {
  constexpr int kReady = 2;
  const bool can_read =
      !reading_ && !failed_ && read_ < rows_ && read_ - made_ < static_cast<int>(slots_.size());
  if (can_read && read_ - made_ < kReady) return Task::kRead;
  if (!filtering_ && filtered_ < made_ - (made_ < rows_ ? 1 : 0)) return Task::kFilter;
  if (!making_ && made_ < read_) return Task::kMake;
  return can_read ? Task::kRead : Task::kNone;
}

int FrameWork::start(Task task) {
  switch (task) {
    case Task::kRead:
      reading_ = true;
      return read_;
    case Task::kMake:
      making_ = true;
      return made_;
    default:
      filtering_ = true;
      return filtered_;
  }
}

void FrameWork::complete(Task task) {
  switch (task) {
    case Task::kRead:
      reading_ = false;
      ++read_;
      failed_ |= reader_.must_be_complete() && reader_.truncated();
      break;
    case Task::kMake:
      making_ = false;
      ++made_;
      break;
    default:
      filtering_ = false;
      ++filtered_;
  }
}

// What one thread does. It waits only for tasks that others have in hand, so one alone never waits, and it
// does not matter whether, when and how many others come.
void FrameWork::work() {
  std::unique_lock lock(mutex_);
  while (!failed_ && filtered_ < rows_) {
    const Task task = next_task();
    if (task == Task::kNone) {
      const unsigned seen = changes_.load();
      lock.unlock();
      if (!spin_until([&] { return changes_.load(std::memory_order_relaxed) != seen; })) changes_.wait(seen);
      lock.lock();
      continue;
    }
    const int row = start(task);
    lock.unlock();
    if (task == Task::kRead) read(row);
    if (task == Task::kMake) make(row);
    if (task == Task::kFilter) reconstruction_.filter(row);
    lock.lock();
    complete(task);
    ++changes_;
    changes_.notify_all();
  }
}

}  // namespace skirret::codec
