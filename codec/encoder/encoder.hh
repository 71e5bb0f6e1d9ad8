#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "codec/base/bytes.hh"
#include "codec/base/executor.hh"
#include "codec/base/result.hh"
#include "codec/decoder/decoder.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"
#include "codec/syntax/frame_header.hh"

// Encoding as pure functions: analyse once (slow), code many times (fast), finish only what is sent.
// Same inputs give the same bytes on every machine and thread count: decisions use integers only.
namespace skirret::codec {

using skirret::Executor;
using skirret::InlineExecutor;

using Quantizer = int;  // base index 0..127, finer to coarser
struct QuantizerRange {
  Quantizer finest = 0;
  Quantizer coarsest = 127;
};

enum class FrameKind : std::uint8_t { kKey, kInter };

// Which regions of a picture get quantizers of their own, by VP8's segments (regions.hh).
struct Regions {
  bool still = false;  // background that has not moved for long: finer, since it stays on the screen
  bool text = false;   // hard edges on plain ground: finer
  bool skin = false;   // finer, for where people look
  bool any() const { return still || text || skin; }
};

// What the next frame is to be; the encoder decides modes, vectors, levels and probabilities inside it.
struct FramePlan {
  FrameKind kind = FrameKind::kInter;
  bool show = true;
  bool refresh_last = true;
  bool refresh_golden = false;
  bool refresh_altref = false;
  std::uint8_t copy_to_golden = 0;  // as in ReferenceFields
  std::uint8_t copy_to_altref = 0;
  bool use_golden = true;  // may predictions use it
  bool use_altref = true;
  std::uint8_t log2_partitions = 0;
  std::uint8_t profile = 0;
  bool refresh_entropy = true;
  bool scene_cut = false;  // nothing is as it was: decide as on a key frame
  // Sixteenths: what a bit counts beside the usual. Less where frames are built upon for long and no call
  // waits for them. Followers and `explore` do not look at it.
  std::uint8_t bit_weight = 16;
  Regions regions;
};

// 0 fastest .. 5 best. Higher efforts search more references, splits, modes, and use trellis quantisation.
struct Effort {
  int level = 3;
};

// For how many frames each macroblock of the source has not moved, at most 255; null: not known.
using Stillness = std::shared_ptr<const std::vector<std::uint8_t>>;

// What helps a search but is no part of decoding: explicit, outside the state and its id.
struct Hints {
  std::vector<MotionVector> previous_vectors;  // of the previous frame, one for each macroblock, or empty
  // Likewise, from elsewhere: of the next frame by another encoder, of copies found; kMostSeeds are looked
  // at.
  std::vector<std::vector<MotionVector>> seeds;
  static constexpr std::size_t kMostSeeds = 3;
  Picture previous_source;  // or empty
  Stillness stillness;      // of the previous frame's source
  int golden_age = 0;       // frames since golden was refreshed
};

// Opaque, immutable, cheap to copy: per-macroblock options with distortion, rate and unquantised
// coefficients.
class Analysis {
 public:
  struct Data;
  Analysis() = default;
  explicit Analysis(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  const Data& data() const { return *data_; }
  bool empty() const { return data_ == nullptr; }

 private:
  std::shared_ptr<const Data> data_;
};

// One coded form of the next frame. `bytes` are exact and decodable; `distortion` is the estimated sum of
// squared luma+chroma errors before the loop filter.
struct Candidate {
  ByteVector bytes;
  FrameHeader header;
  Quantizer quantizer = 0;
  std::uint64_t distortion = 0;
  bool key_frame = false;
  int shrink_level = 0;  // 0: plain; above: how far below the coarsest quantizer's size it was pressed
  std::vector<MotionVector> vectors;  // per macroblock, for the next frame's Hints
  Stillness stillness;                // likewise

  struct Made;  // modes and levels, kept so that finish need not parse
  std::shared_ptr<const Made> made;
};

// On the executor's threads where there is one: the analysis is the same. A stop is looked for at each row of
// macroblocks; one that leaves rows out leaves nothing: the analysis is empty().
Analysis analyse(const State& from, const Picture& target, const FramePlan& plan, QuantizerRange expected,
                 const Hints& hints, const Effort& effort, Executor* executor = nullptr,
                 const std::stop_token& stop = {});

Candidate code(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer);

// Presses the frame below the size of the coarsest quantizer: first drops coefficients by distortion per
// bit, then skips macroblocks, then cheapens modes. The smallest form (all macroblocks skipped) may still
// exceed max_bytes; the caller compares bytes.size().
Candidate code_within(const State& from, const Picture& target, const Analysis& analysis,
                      std::size_t max_bytes);

// The largest candidate found that has at most max_bytes: the finest quantizer that fits, then the one below
// it with bits that count more, until the rest is a few percent. `start`: where to look first, the last
// frame's quantizer. As code_within where not even the coarsest fits; the caller compares bytes.size().
Candidate code_below(const State& from, const Picture& target, const Analysis& analysis,
                     std::size_t max_bytes, Quantizer start);

// Reconstruction and loop filter: always equal to decode(from, candidate.bytes).next, bit for bit.
// With a pool, the new picture's memory comes from there; with an executor, several threads make it.
State finish(const State& from, const Candidate& candidate, const PicturePool* pool = nullptr,
             Executor* executor = nullptr);

// The sizes to explore around, known before coding.
struct Aim {
  std::size_t low = 0;
  std::size_t middle = 0;
  std::size_t high = 0;
};

// As code, with the modes that `lead` was given (another candidate of the same analysis) where its quantizer
// is near: a fraction of the time, for somewhat more bits the farther away it is.
Candidate code_like(const State& from, const Picture& target, const Analysis& analysis, Quantizer quantizer,
                    const Candidate& lead);

// One candidate for each quantizer, in their order: the first by code, the others like it.
std::vector<Candidate> code_each(const State& from, const Picture& target, const Analysis& analysis,
                                 std::span<const Quantizer> quantizers, Executor& executor);

struct ExploreOptions {
  int candidates = 3;                 // at least this many sizes when not stopped, >= 1
  Quantizer previous_quantizer = 40;  // where the last frame ended up; starts the search
  Quantizer finest = 0;               // no candidate is coded finer, however much room there is
};

struct Exploration {
  Analysis analysis;                  // empty when a stop came before it was whole; then nothing was coded
  std::vector<Candidate> candidates;  // in the order they were made, deterministic; a stop only shortens it
};

Exploration explore(const State& from, const Picture& target, const FramePlan& plan, const Hints& hints,
                    const Effort& effort, const Aim& aim, const ExploreOptions& options, Executor& executor,
                    std::stop_token stop);

}  // namespace skirret::codec
