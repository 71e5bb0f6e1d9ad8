#include "tests/support/random_writer_modes.hh"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace skirret::test {
namespace {

using namespace codec;

MotionVector flipped(MotionVector v) {
  return {static_cast<std::int16_t>(-v.row), static_cast<std::int16_t>(-v.col)};
}

struct Near {
  MotionVector nearest, near, best;  // all clamped to one macroblock around the picture
};

// One frame's modes while they are drawn.
class ModeDraw {
 public:
  ModeDraw(Random& random, const WriterTemper& temper, const FrameHeader& header, Dimensions dimensions,
           const State& from)
      : random_(random), temper_(temper), header_(header), size_(dimensions), from_(from) {
    split_percent_ = random.between(0, 60);
    new_percent_ = random.between(0, 60);
    map_percent_ = random.between(0, 100);
    modes_.resize(static_cast<std::size_t>(dimensions.mb_count()));
  }

  std::vector<MacroblockModes> run() {
    for (int row = 0; row < size_.mb_rows(); ++row)
      for (int col = 0; col < size_.mb_cols(); ++col) at(row, col) = draw(row, col);
    return std::move(modes_);
  }

 private:
  MacroblockModes& at(int row, int col) {
    return modes_[static_cast<std::size_t>(row * size_.mb_cols() + col)];
  }

  MacroblockModes draw(int row, int col) {
    MacroblockModes mb;
    mb.segment = draw_segment(row, col);
    mb.skip_coefficients = header_.skip_probability.has_value() && random_.chance(temper_.skip_percent, 100);
    if (!header_.key_frame && !random_.chance(temper_.intra_percent, 100))
      draw_inter(mb, row, col);
    else
      draw_intra(mb);
    return mb;
  }

  std::uint8_t draw_segment(int row, int col) {
    const std::size_t index = static_cast<std::size_t>(row * size_.mb_cols() + col);
    if (header_.segmentation.enabled && header_.segmentation.update_map)
      return static_cast<std::uint8_t>(random_.chance(map_percent_, 100) ? random_.below(4) : 0);
    return header_.key_frame ? std::uint8_t{0} : from_.segment_at(index);
  }

  void draw_intra(MacroblockModes& mb) {
    mb.reference = ReferenceFrame::kIntra;
    mb.luma = static_cast<LumaMode>(random_.below(5));
    mb.chroma = static_cast<ChromaMode>(random_.below(4));
    if (mb.luma == LumaMode::kSubblocks) {
      for (auto& mode : mb.subblock_modes)
        mode = static_cast<SubblockMode>(random_.below(kSubblockModeCount));
      return;
    }
    constexpr std::array<SubblockMode, 4> kImplied = {SubblockMode::kDc, SubblockMode::kVertical,
                                                      SubblockMode::kHorizontal, SubblockMode::kTrueMotion};
    if (header_.key_frame) mb.subblock_modes.fill(kImplied[static_cast<std::size_t>(mb.luma)]);
  }

  void draw_inter(MacroblockModes& mb, int row, int col) {
    mb.reference = static_cast<ReferenceFrame>(random_.between(1, 3));
    const Near near = search(row, col, mb.reference);
    if (random_.chance(split_percent_, 100)) {
      draw_split(mb, row, col, near.best);
      return;
    }
    const std::array<std::pair<LumaMode, MotionVector>, 3> plain = {
        {{LumaMode::kZero, {}}, {LumaMode::kNearest, near.nearest}, {LumaMode::kNear, near.near}}};
    std::tie(mb.luma, mb.vector) = random_.chance(new_percent_, 100)
                                       ? std::pair{LumaMode::kNew, new_vector(near.best, row, col)}
                                       : plain[random_.below(3)];
    mb.vectors.fill(mb.vector);
  }

  void draw_split(MacroblockModes& mb, int row, int col, MotionVector best) {
    mb.luma = LumaMode::kSplit;
    mb.split = static_cast<SplitKind>(random_.below(4));
    constexpr std::array<int, 4> kParts = {2, 2, 4, 16};
    const int parts = kParts[static_cast<std::size_t>(mb.split)];
    for (int part = 0; part < parts; ++part) {
      const int first = first_block(mb.split, part);
      const auto mode = static_cast<SplitVectorMode>(random_.below(4));
      MotionVector vector;
      if (mode == SplitVectorMode::kLeft)
        vector =
            first % 4 != 0 ? mb.vectors[static_cast<std::size_t>(first - 1)] : outer(row, col - 1, first + 3);
      else if (mode == SplitVectorMode::kAbove)
        vector =
            first >= 4 ? mb.vectors[static_cast<std::size_t>(first - 4)] : outer(row - 1, col, first + 12);
      else if (mode == SplitVectorMode::kNew)
        vector = moved(best);
      mb.split_modes[static_cast<std::size_t>(part)] = mode;
      for (int block = 0; block < 16; ++block)
        if (part_of(mb.split, block) == part) mb.vectors[static_cast<std::size_t>(block)] = vector;
    }
    mb.vector = mb.vectors[15];
  }

  static int part_of(SplitKind kind, int block) {
    switch (kind) {
      case SplitKind::kTopBottom:
        return block / 8;
      case SplitKind::kLeftRight:
        return block % 4 / 2;
      case SplitKind::kQuarters:
        return block / 8 * 2 + block % 4 / 2;
      case SplitKind::kSixteenths:
        break;
    }
    return block;
  }

  static int first_block(SplitKind kind, int part) {
    int block = 0;
    while (part_of(kind, block) != part) ++block;
    return block;
  }

  MotionVector outer(int row, int col, int block) {
    if (row < 0 || col < 0) return {};
    return at(row, col).vectors[static_cast<std::size_t>(block)];
  }

  // A new vector: `best` plus a difference that the wire can carry, per component -1023..1023.
  MotionVector moved(MotionVector best) {
    const int range = random_.chance(temper_.far_vectors, 100) ? 1023 : (random_.chance(1, 2) ? 7 : 60);
    const auto add = [&](int base) {
      const int difference = random_.chance(1, 5) ? 0 : random_.between(-range, range);
      // The format's arithmetic is in eighth samples and 16 bits: quarter samples wrap at 15.
      return static_cast<std::int16_t>(static_cast<std::int16_t>((base + difference) * 2) / 2);
    };
    return {add(best.row), add(best.col)};
  }

  // Of profile 3 without the vectors whose chroma libvpx does not predict (see LibvpxLockstep).
  MotionVector new_vector(MotionVector best, int row, int col) {
    while (true) {
      const MotionVector vector = moved(best);
      const auto in_gap = [](int component, int before) {
        return component < -64 * before - 72 && component >= -64 * before - 76;
      };
      if (header_.profile != 3 || !(in_gap(vector.row, row) || in_gap(vector.col, col))) return vector;
    }
  }

  bool bias(ReferenceFrame which) const {
    return (which == ReferenceFrame::kGolden && header_.references.sign_bias_golden) ||
           (which == ReferenceFrame::kAltref && header_.references.sign_bias_altref);
  }

  // Evidence of up to three neighbours: slot 0 counts zero vectors, 1..3 hold distinct ones.
  Near search(int row, int col, ReferenceFrame reference) {
    std::array<MotionVector, 4> found{};
    std::array<int, 4> weight{};
    std::size_t last = 0;
    const auto look = [&](int r, int c, int amount) {
      if (r < 0 || c < 0) return;
      const MacroblockModes& neighbour = at(r, c);
      if (!neighbour.is_inter()) return;
      if (neighbour.vector.is_zero()) {
        weight[0] += amount;
        return;
      }
      const MotionVector seen =
          bias(neighbour.reference) != bias(reference) ? flipped(neighbour.vector) : neighbour.vector;
      if (last == 0 || !(seen == found[last])) found[++last] = seen;
      weight[last] += amount;
    };
    look(row - 1, col, 2);
    look(row, col - 1, 2);
    look(row - 1, col - 1, 1);
    if (weight[3] > 0 && found[3] == found[1]) ++weight[1];
    if (weight[2] > weight[1]) {
      std::swap(weight[1], weight[2]);
      std::swap(found[1], found[2]);
    }
    const MotionVector best = weight[1] >= weight[0] ? found[1] : MotionVector{};
    return {clamped(found[1], row, col), clamped(found[2], row, col), clamped(best, row, col)};
  }

  MotionVector clamped(MotionVector v, int row, int col) const {
    const auto inside = [](int value, int before, int after) {  // macroblocks before and after this one
      return static_cast<std::int16_t>(std::clamp(value, -64 * (before + 1), 64 * (after + 1)));
    };
    return {inside(v.row, row, size_.mb_rows() - 1 - row), inside(v.col, col, size_.mb_cols() - 1 - col)};
  }

  Random& random_;
  const WriterTemper& temper_;
  const FrameHeader& header_;
  Dimensions size_;
  const State& from_;
  int split_percent_, new_percent_, map_percent_;
  std::vector<MacroblockModes> modes_;
};

int random_level(Random& random, bool wild) {
  constexpr int kLargest = 67 + (1 << 11) - 1;  // DCT_CAT6 with all extra bits set
  int magnitude = 1;
  if (wild)
    magnitude = random.chance(1, 3) ? kLargest : random.between(1, kLargest);
  else if (random.chance(1, 3))
    magnitude = random.between(1, random.chance(1, 6) ? 90 : 12);
  return random.chance(1, 2) ? magnitude : -magnitude;
}

// Fills one block from coding position `first`. A zero is never followed by an end-of-block, so a block
// ends behind a level that is not zero, or at position 16.
void draw_block(Random& random, bool wild, int first, std::array<std::int16_t, 16>& levels,
                std::uint8_t& end) {
  constexpr std::array<std::size_t, 16> kZigzag = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  const int length = random.chance(1, 8) ? 16 : random.between(first + 1, random.chance(1, 3) ? 16 : 5);
  for (int position = first; position < length; ++position)
    if (random.chance(1, 2) || (position == length - 1 && length < 16))
      levels[kZigzag[static_cast<std::size_t>(position)]] =
          static_cast<std::int16_t>(random_level(random, wild));
  end = static_cast<std::uint8_t>(length);
}

}  // namespace

std::vector<MacroblockModes> random_modes(Random& random, const WriterTemper& temper,
                                          const FrameHeader& header, Dimensions dimensions,
                                          const State& from) {
  return ModeDraw(random, temper, header, dimensions, from).run();
}

std::vector<MacroblockCoefficients> random_coefficients(Random& random, const WriterTemper& temper,
                                                        const std::vector<MacroblockModes>& modes) {
  const int density = random.chance(1, 10) ? 0 : random.between(1, 70);
  std::vector<MacroblockCoefficients> drawn(modes.size());
  for (std::size_t i = 0; i < modes.size(); ++i) {
    if (modes[i].skip_coefficients || random.chance(1, 10))
      continue;  // also: no skip flag, yet nothing coded
    for (int block = 0; block < kBlocksPerMacroblock; ++block) {
      if (block == kY2Block && !modes[i].has_y2()) continue;
      if (!random.chance(density, 100)) continue;
      const int start = block < 16 && modes[i].has_y2() ? 1 : 0;
      const auto index = static_cast<std::size_t>(block);
      draw_block(random, random.chance(temper.wild_coefficients, 100), start, drawn[i].levels[index],
                 drawn[i].ends[index]);
    }
  }
  return drawn;
}

}  // namespace skirret::test
