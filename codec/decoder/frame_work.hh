#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "codec/base/executor.hh"
#include "codec/decoder/frame_reader.hh"
#include "codec/decoder/reconstruction.hh"

namespace skirret::codec {

// Whether a macroblock's inner edges are filtered: one without Y2 always; another one unless its tokens said
// nothing.
bool filters_inner(const MacroblockModes& modes, FrameReader::Tokens tokens);

// Everything between an opened frame and its picture, row by row: reading, making, filtering.
//
//   read(r)    after read(r - 1), and when the slot of row r is free: after make(r - kSlots)
//   make(r)    after read(r) and make(r - 1)
//   filter(r)  after make(r + 1), since prediction reads unfiltered neighbours, and filter(r - 1)
//
// Each of the three chains runs in order; on several threads they run beside each other. Who does what makes
// no difference to the result.
class FrameWork {
 public:
  // Borrows both.
  FrameWork(FrameReader& reader, Reconstruction& reconstruction);

  // False when data ran out in a frame that must be complete; then the picture is worth nothing.
  bool run(Executor* executor);

  // By macroblock, when the frame updates its segment map; else empty.
  std::vector<std::uint8_t>& segments() { return segments_; }

 private:
  static constexpr int kSlots = 4;  // rows read but not made yet, at most

  // A row on its way from read to make. Coefficients are those of macroblocks with tokens, one after another,
  // so that memory is touched for them alone; all zero when the row is free.
  struct Slot {
    std::vector<MacroblockModes> modes;
    std::vector<MacroblockCoefficients> coefficients;
    std::vector<FrameReader::Tokens> tokens;
  };
  enum class Task { kRead, kMake, kFilter, kNone };

  bool run_alone();
  void read(int row);
  void make(int row);

  void work();
  Task next_task() const;  // mutex held, as for everything below
  int start(Task task);    // the row
  void complete(Task task);

  FrameReader& reader_;
  Reconstruction& reconstruction_;
  const int rows_, cols_;
  std::vector<std::uint8_t> segments_;
  std::vector<Slot> slots_;

  std::mutex mutex_;
  int read_ = 0, made_ = 0, filtered_ = 0;  // rows done
  bool reading_ = false, making_ = false, filtering_ = false;
  bool failed_ = false;
  std::atomic<unsigned> changes_ = 0;  // counts what may give somebody something to do
};

}  // namespace skirret::codec
