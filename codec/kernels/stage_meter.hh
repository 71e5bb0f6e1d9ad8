#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// Where coding time goes, by stage. Off (one test of a thread's pointer) unless somebody sets a meter for the
// thread; the clock is the meter's, the codec itself reads none.
namespace skirret::codec {

enum class Stage : std::uint8_t {
  kOther,
  kReferences,    // padding them
  kMotionSearch,  // whole and sub-pel, splits included
  kTransform,     // predicting the options that are kept, and their forward transforms
  kIntra,         // intra modes: estimate, prediction, choice
  kQuantise,      // levels, with the trellis and token costs
  kProbabilities,
  kPacking,
  kReconstruction,
  kLoopFilter,
};
inline constexpr std::size_t kStages = 10;

struct StageMeter {
  std::uint64_t (*ticks)() = nullptr;  // any steady count
  std::array<std::uint64_t, kStages> spent{};
  Stage current = Stage::kOther;
  std::uint64_t since = 0;
};

inline thread_local constinit StageMeter* stage_meter = nullptr;

// What happens while it lives belongs to the stage, less what inner scopes claim.
class StageScope {
 public:
  explicit StageScope(Stage stage) : meter_(stage_meter) {
    if (meter_ == nullptr) return;
    outer_ = meter_->current;
    turn_to(stage);
  }
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;
  ~StageScope() {
    if (meter_ != nullptr) turn_to(outer_);
  }

 private:
  void turn_to(Stage stage) {
    const std::uint64_t now = meter_->ticks();
    meter_->spent[static_cast<std::size_t>(meter_->current)] += now - meter_->since;
    meter_->since = now;
    meter_->current = stage;
  }

  StageMeter* meter_;
  Stage outer_ = Stage::kOther;
};

}  // namespace skirret::codec
