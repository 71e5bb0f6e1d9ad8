#include "codec/encoder/filter_search.hh"

#include <algorithm>
#include <cstring>
#include <vector>

#include "codec/kernels/encoder_kernels.hh"
#include "codec/kernels/loop_filter.hh"
#include "codec/kernels/stage_meter.hh"
#include "codec/state/effective.hh"

namespace skirret::codec {
namespace {

constexpr int kLongestStep = 8, kMostLevel = 63;
constexpr std::uint8_t kSharpest[] = {3, 6};

// Rows of macroblocks in pairs, every second pair: the filter changes only a few lines of the row above, so
// a pair can be filtered alone.
class FilterTrials {
 public:
  FilterTrials(const State& from, const Picture& target, const FrameHeader& header, const CodedFrame& frame,
               PartialReconstruction& made)
      : target_(target),
        made_(made),
        header_(header),
        frame_(frame),
        segmentation_(effective_segmentation(from, header)),
        deltas_(effective_filter_deltas(from, header)),
        trial_(target.dimensions()),
        filters_(static_cast<std::size_t>(target.dimensions().mb_cols())) {}

  std::uint64_t error(const FilterFields& fields) {
    header_.filter = fields;
    const FilterLevels levels(header_, segmentation_, deltas_);
    const int rows = target_.dimensions().mb_rows();
    std::uint64_t error = 0;
    for (int row = std::min(1, rows - 1); row < rows; row += 4) {
      const int end = std::min(row + 2, rows);
      copy_rows(std::max(row - 1, 0), end);
      for (int r = row; r < end && fields.level != 0; ++r) filter(r, levels);
      for (int r = row; r < end; ++r) error += row_error(r);
    }
    return error;
  }

 private:
  void copy_rows(int first, int end) {
    for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
      const int lines = name == PlaneName::kY ? 16 : 8;
      const MutablePlaneView from = made_.plane(name), to = trial_.plane(name);
      for (int y = first * lines; y < end * lines; ++y)
        std::memcpy(to.row(y), from.row(y), static_cast<std::size_t>(to.width));
    }
  }

  void filter(int row, const FilterLevels& levels) {
    const std::size_t first = static_cast<std::size_t>(row) * filters_.size();
    for (std::size_t i = 0; i < filters_.size(); ++i) {
      const MacroblockModes& modes = frame_.modes[first + i];
      filters_[i] = {levels.of(modes), frame_.levels_of(first + i) != nullptr || !modes.has_y2()};
    }
    filter_row(trial_, row, filters_, header_.filter, header_.key_frame);
  }

  std::uint64_t row_error(int row) {
    const PlaneView source = target_.plane(PlaneName::kY);
    const MutablePlaneView luma = trial_.plane(PlaneName::kY);
    std::uint64_t error = 0;
    for (int x = 0; x < luma.width; x += 16)
      error += encoder_kernels().sse_16x16(source.at(x, row * 16), source.stride, luma.at(x, row * 16),
                                           luma.stride);
    return error;
  }

  const Picture& target_;
  PartialReconstruction& made_;
  FrameHeader header_;
  const CodedFrame& frame_;
  const SegmentationState segmentation_;
  const FilterDeltaState deltas_;
  MutablePicture trial_;
  std::vector<MacroblockFilter> filters_;  // of one row
};

}  // namespace

FilterFields search_filter(const State& from, const Picture& target, const FrameHeader& header,
                           const CodedFrame& frame, PartialReconstruction& made) {
  made.make_rest();
  const StageScope scope(Stage::kLoopFilter);
  FilterTrials trials(from, target, header, frame, made);
  FilterFields best = header.filter;
  std::uint64_t least = trials.error(best);
  const auto offer = [&](int level, std::uint8_t sharpness) {
    FilterFields fields = best;
    fields.level = static_cast<std::uint8_t>(std::clamp(level, 0, kMostLevel));
    fields.sharpness = sharpness;
    if (fields == best) return false;
    const std::uint64_t error = trials.error(fields);
    if (error >= least) return false;
    least = error;
    best = fields;
    return true;
  };
  for (int step = std::clamp(best.level / 4, 1, kLongestStep); step > 0; step /= 2) {
    if (offer(best.level - step, 0)) {
      while (offer(best.level - step, 0)) continue;
    } else {
      while (offer(best.level + step, 0)) continue;
    }
  }
  for (const std::uint8_t sharpness : kSharpest)
    if (!offer(best.level, sharpness)) break;
  return best;
}

}  // namespace skirret::codec
