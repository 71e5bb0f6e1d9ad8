#include "codec/kernels/intra_scalar.hh"

#include <algorithm>
#include <cstring>

namespace skirret::codec {
namespace {

// The mean of those edges that lie inside the picture; 128 without any.
template <int N>
int mean(const IntraEdges& edges) {
  int sum = 0, count = 0;
  if (edges.inside_above) {
    for (int x = 0; x < N; ++x) sum += edges.above[x];
    count += N;
  }
  if (edges.inside_left) {
    for (int y = 0; y < N; ++y) sum += edges.left[y * edges.left_stride];
    count += N;
  }
  return count == 0 ? 128 : (sum + count / 2) / count;
}

int predicted(const IntraEdges& edges, ChromaMode mode, int dc, int x, int y) {
  const int above = edges.above[x], left = edges.left[y * edges.left_stride];
  switch (mode) {
    case ChromaMode::kVertical:
      return above;
    case ChromaMode::kHorizontal:
      return left;
    case ChromaMode::kTrueMotion:
      return std::clamp(above + left - edges.corner, 0, 255);
    default:
      return dc;
  }
}

template <int N>
void predict(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  const int dc = mode == ChromaMode::kDc ? mean<N>(edges) : 0;
  for (int y = 0; y < N; ++y)
    for (int x = 0; x < N; ++x)
      to[y * stride + x] = static_cast<std::uint8_t>(predicted(edges, mode, dc, x, y));
}

constexpr unsigned average(unsigned a, unsigned b, unsigned c) {
  return (a + 2 * b + c + 2) >> 2;
}

__extension__ using Word128 = unsigned __int128;

// Bytewise means of two lines: rounded up, rounded down.
constexpr Word128 in_all_bytes(std::uint64_t eight) {
  return static_cast<Word128>(eight) << 64 | eight;
}
constexpr Word128 kLowSeven = in_all_bytes(0x7f7f7f7f7f7f7f7f);
constexpr Word128 mean_up(Word128 a, Word128 b) {
  return (a | b) - ((a ^ b) >> 1 & kLowSeven);
}
constexpr Word128 mean_down(Word128 a, Word128 b) {
  return (a & b) + ((a ^ b) >> 1 & kLowSeven);
}

// Four samples, the lowest byte on the left.
constexpr std::uint32_t four_of(unsigned sample) {
  return sample * 0x01010101u;
}
// Four bytes with gaps between them.
constexpr std::uint64_t spaced(std::uint32_t four) {
  std::uint64_t wide = four;
  wide = (wide | wide << 16) & 0x0000ffff0000ffff;
  return (wide | wide << 8) & 0x00ff00ff00ff00ff;
}

struct FourRows {
  std::uint32_t row[4];
};

// Modes read along the edge line, where i is i samples right of the corner (negative: down the left).
class EdgeLine {
 public:
  explicit EdgeLine(const SubblockEdge& edge)
      : edge_(static_cast<Word128>(edge.last | (edge.last >> 32 & 0xff) << 40) << 64 | edge.first),
        twos_(mean_up(edge_, edge_ >> 8)),
        threes_(mean_up(edge_ >> 8, mean_down(edge_, edge_ >> 16))) {}  // its end repeated: three(8) exists

  unsigned operator()(int i) const { return static_cast<std::uint8_t>(edge_ >> (8 * (4 + i))); }
  // The mean of i and i + 1, and of four such pairs from i on; the same of three samples around i.
  unsigned two(int i) const { return static_cast<std::uint8_t>(twos(i)); }
  unsigned three(int i) const { return static_cast<std::uint8_t>(threes(i)); }
  std::uint32_t twos(int i) const { return static_cast<std::uint32_t>(twos_ >> (8 * (4 + i))); }
  std::uint32_t threes(int i) const { return static_cast<std::uint32_t>(threes_ >> (8 * (3 + i))); }
  std::uint32_t four(int i) const { return static_cast<std::uint32_t>(edge_ >> (8 * (4 + i))); }
  unsigned lowest_three() const { return average((*this)(-3), (*this)(-4), (*this)(-4)); }

 private:
  Word128 edge_, twos_, threes_;
};

FourRows predict_vertical_right(const EdgeLine& e) {
  const std::uint32_t first = e.twos(0), second = e.threes(0);
  return {{first, second, first << 8 | e.three(-1), second << 8 | e.three(-2)}};
}

FourRows predict_vertical_left(const EdgeLine& e) {
  const std::uint32_t first = e.twos(1), second = e.threes(2);
  // The last samples of the lower rows break the pattern in the format itself.
  return {{first, second, first >> 8 | e.three(6) << 24, second >> 8 | e.three(7) << 24}};
}

FourRows predict_horizontal_down(const EdgeLine& e) {
  const std::uint64_t steps = spaced(e.twos(-4)) | spaced(e.threes(-3)) << 8;
  return {{static_cast<std::uint32_t>(steps >> 48) | e.threes(1) << 16,
           static_cast<std::uint32_t>(steps >> 32), static_cast<std::uint32_t>(steps >> 16),
           static_cast<std::uint32_t>(steps)}};
}

FourRows predict_horizontal_up(const EdgeLine& e) {
  const std::uint32_t last = four_of(e(-4));
  const std::uint64_t low = e.two(-2) | e.three(-2) << 8 | e.two(-3) << 16 | e.three(-3) << 24;
  const std::uint64_t steps =
      low | static_cast<std::uint64_t>(e.two(-4) | e.lowest_three() << 8 | (last & 0xffff0000)) << 32;
  return {{static_cast<std::uint32_t>(steps), static_cast<std::uint32_t>(steps >> 16),
           static_cast<std::uint32_t>(steps >> 32), last}};
}

FourRows predict_subblock_dc(const EdgeLine& e) {
  unsigned sum = 4;
  for (int i = 1; i <= 4; ++i) sum += e(i) + e(-i);
  const std::uint32_t row = four_of(sum >> 3);
  return {{row, row, row, row}};
}

FourRows predict_subblock_true_motion(const EdgeLine& e) {
  FourRows rows;
  for (int y = 0; y < 4; ++y) {
    const int slope = static_cast<int>(e(-1 - y)) - static_cast<int>(e(0));
    std::uint32_t row = 0;
    for (int x = 0; x < 4; ++x)
      row |= static_cast<std::uint32_t>(std::clamp(static_cast<int>(e(1 + x)) + slope, 0, 255)) << (8 * x);
    rows.row[y] = row;
  }
  return rows;
}

FourRows predicted_rows(const EdgeLine& e, SubblockMode mode) {
  switch (mode) {
    case SubblockMode::kTrueMotion:
      return predict_subblock_true_motion(e);
    case SubblockMode::kVertical:
      return {{e.threes(1), e.threes(1), e.threes(1), e.threes(1)}};
    case SubblockMode::kHorizontal:
      return {{four_of(e.three(-1)), four_of(e.three(-2)), four_of(e.three(-3)), four_of(e.lowest_three())}};
    case SubblockMode::kLeftDown:
      return {{e.threes(2), e.threes(3), e.threes(4), e.threes(5)}};
    case SubblockMode::kRightDown:
      return {{e.threes(0), e.threes(-1), e.threes(-2), e.threes(-3)}};
    case SubblockMode::kVerticalRight:
      return predict_vertical_right(e);
    case SubblockMode::kVerticalLeft:
      return predict_vertical_left(e);
    case SubblockMode::kHorizontalDown:
      return predict_horizontal_down(e);
    case SubblockMode::kHorizontalUp:
      return predict_horizontal_up(e);
    default:
      return predict_subblock_dc(e);
  }
}

}  // namespace

namespace scalar {

void intra_16x16(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  predict<16>(edges, mode, to, stride);
}

void intra_8x8(const IntraEdges& edges, ChromaMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  predict<8>(edges, mode, to, stride);
}

void intra_4x4(const SubblockEdge& edge, SubblockMode mode, std::uint8_t* to, std::ptrdiff_t stride) {
  const FourRows rows = predicted_rows(EdgeLine(edge), mode);
  for (int y = 0; y < 4; ++y) std::memcpy(to + y * stride, &rows.row[y], 4);
}

void all_intra_4x4(const SubblockEdge& edge, std::uint8_t* to) {
  for (int mode = 0; mode < kSubblockModeCount; ++mode)
    intra_4x4(edge, static_cast<SubblockMode>(mode), to + 16 * mode, 4);
}

}  // namespace scalar
}  // namespace skirret::codec
