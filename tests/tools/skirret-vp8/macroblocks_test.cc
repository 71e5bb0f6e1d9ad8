#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "codec/container/y4m.hh"
#include "codec/decoder/decoder.hh"
#include "codec/media/source.hh"
#include "codec/quality/quality.hh"
#include "tests/support/random_writer.hh"
#include "tests/tools/skirret-vp8/vp8_program.hh"

// What `inspect` says of macroblocks, against streams whose every macroblock was drawn before it was written.
namespace skirret::test {
namespace {

using codec::LumaMode;
using codec::MacroblockModes;
using nlohmann::json;

struct Drawn {
  RandomFrame frame;
  codec::Picture picture;
};

std::vector<Drawn> drawn_stream(const std::string& path, codec::Dimensions size) {
  Random random(20'261);
  WriterTemper temper = random_temper(random);
  temper.fixed_size = size;
  temper.key_percent = 0;
  temper.profile = 0;
  temper.intra_percent = 20;
  auto writer = codec::IvfWriter::create(path, {.width = size.width, .height = size.height}).value();
  std::vector<Drawn> stream;
  codec::State state;
  for (std::uint64_t i = 0; i < 5; ++i) {
    Drawn drawn{random_frame(random, temper, state), {}};
    auto decoded = codec::decode(state, drawn.frame.bytes).value();
    drawn.picture = decoded.shown;
    state = std::move(decoded.next);
    EXPECT_TRUE(writer.write(i, drawn.frame.bytes));
    stream.push_back(std::move(drawn));
  }
  EXPECT_TRUE(writer.finish());
  return stream;
}

std::string luma_name(LumaMode mode) {
  switch (mode) {
    case LumaMode::kDc:
      return "dc";
    case LumaMode::kVertical:
      return "vertical";
    case LumaMode::kHorizontal:
      return "horizontal";
    case LumaMode::kTrueMotion:
      return "true-motion";
    case LumaMode::kSubblocks:
      return "4x4";
    case LumaMode::kZero:
      return "zero";
    case LumaMode::kNearest:
      return "nearest";
    case LumaMode::kNear:
      return "near";
    case LumaMode::kNew:
      return "new";
    case LumaMode::kSplit:
      return "split";
  }
  return "";
}

int nonzero_levels(const RandomFrame& frame, std::size_t index) {
  if (frame.modes[index].skip_coefficients) return 0;
  int count = 0;
  for (std::size_t block = 0; block < 25; ++block)
    for (std::size_t position = 0; position < 16; ++position) {
      const bool exists =
          frame.modes[index].has_y2() ? block >= 16 || position > 0 : block != codec::kY2Block;
      count += exists && frame.coefficients[index].levels[block][position] != 0 ? 1 : 0;
    }
  return count;
}

// Levels up to the last that a block codes, from `first` on.
int coded_levels(const RandomFrame& frame, std::size_t index, std::size_t begin, std::size_t end, int first) {
  if (frame.modes[index].skip_coefficients) return 0;
  int count = 0;
  for (std::size_t block = begin; block < end; ++block)
    count += std::max(frame.coefficients[index].ends[block] - first, 0);
  return count;
}

void expect_same(const json& said, const RandomFrame& frame, std::size_t index) {
  const MacroblockModes& modes = frame.modes[index];
  const auto cols = static_cast<std::size_t>(frame.dimensions.mb_cols());
  EXPECT_EQ(said.at("row"), index / cols);
  EXPECT_EQ(said.at("col"), index % cols);
  EXPECT_EQ(said.at("segment"), modes.segment);
  EXPECT_EQ(said.at("skipped"), modes.skip_coefficients);
  constexpr std::array kReferences = {"intra", "last", "golden", "altref"};
  EXPECT_EQ(said.at("reference"), kReferences[static_cast<std::size_t>(modes.reference)]);
  EXPECT_EQ(said.at("luma"), luma_name(modes.luma));
  EXPECT_EQ(said.contains("chroma"), !modes.is_inter());
  EXPECT_EQ(said.contains("subblocks"), modes.luma == LumaMode::kSubblocks);
  if (modes.is_inter()) {
    EXPECT_EQ(said.at("vector"), json({modes.vector.col, modes.vector.row}));
  }
  if (modes.luma == LumaMode::kSplit) {
    for (std::size_t i = 0; i < 16; ++i)
      EXPECT_EQ(said.at("vectors").at(i), json({modes.vectors[i].col, modes.vectors[i].row}));
  }
  const int first = modes.has_y2() ? 1 : 0;
  const json tokens = {{"y2", modes.has_y2() ? coded_levels(frame, index, 24, 25, 0) : 0},
                       {"y", coded_levels(frame, index, 0, 16, first)},
                       {"u", coded_levels(frame, index, 16, 20, 0)},
                       {"v", coded_levels(frame, index, 20, 24, 0)}};
  EXPECT_EQ(said.at("tokens"), tokens);
  EXPECT_EQ(said.at("nonzero"), nonzero_levels(frame, index));
}

TEST(Vp8Macroblocks, JsonSaysWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string path = folder / "drawn.ivf";
  const auto stream = drawn_stream(path, {75, 50});
  const json said = vp8_json({"inspect", path, "--macroblocks"});
  ASSERT_EQ(said.at("frames").size(), stream.size());
  int split = 0, vectors = 0;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    SCOPED_TRACE(i);
    const json& each = said.at("frames").at(i).at("macroblocks").at("each");
    ASSERT_EQ(each.size(), stream[i].frame.modes.size());
    for (std::size_t index = 0; index < each.size(); ++index) {
      SCOPED_TRACE(index);
      expect_same(each.at(index), stream[i].frame, index);
      split += stream[i].frame.modes[index].luma == LumaMode::kSplit ? 1 : 0;
      vectors += stream[i].frame.modes[index].luma == LumaMode::kNew ? 1 : 0;
    }
  }
  EXPECT_GT(split, 0);
  EXPECT_GT(vectors, 0);
}

TEST(Vp8Macroblocks, TextHasALineForEach) {
  const TemporaryFolder folder;
  const std::string path = folder / "drawn.ivf";
  const auto stream = drawn_stream(path, {40, 24});
  const auto result = vp8({"inspect", path, "--macroblocks", "--frame", "2"});
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2 + 3 * 2);
  for (const MacroblockModes& modes : stream[2].frame.modes)
    EXPECT_NE(result.out.find(luma_name(modes.luma)), std::string::npos) << result.out;
}

std::vector<codec::Picture> pictures_of(const std::string& path) {
  std::vector<codec::Picture> pictures;
  auto reader = codec::Y4mReader::open(path).value();
  while (auto picture = reader.next().value()) pictures.push_back(std::move(*picture));
  return pictures;
}

// U and V of the tints, as the header of the drawing names them.
std::pair<int, int> tint_of(LumaMode mode) {
  if (mode < LumaMode::kSubblocks) return {90, 240};
  if (mode == LumaMode::kSubblocks) return {60, 190};
  if (mode == LumaMode::kNew) return {54, 34};
  return mode == LumaMode::kSplit ? std::pair(202, 222) : std::pair(220, 110);
}

// Every macroblock's colours, and the luma at the middle of those that move.
void expect_drawn(const codec::Picture& overlay, const Drawn& drawn) {
  const codec::Dimensions size = drawn.picture.dimensions();
  ASSERT_EQ(overlay.dimensions(), (codec::Dimensions{2 * size.width, 2 * size.height}));
  const auto u = overlay.display_plane(codec::PlaneName::kU), v = overlay.display_plane(codec::PlaneName::kV);
  const auto was_u = drawn.picture.display_plane(codec::PlaneName::kU);
  const auto was_v = drawn.picture.display_plane(codec::PlaneName::kV);
  for (int row = 0; row < size.mb_rows(); ++row)
    for (int col = 0; col < size.mb_cols(); ++col) {
      const MacroblockModes& modes = drawn.frame.modes[static_cast<std::size_t>(row * size.mb_cols() + col)];
      const int x = 16 * col + 3, y = 16 * row + 5;  // on the overlay's chroma
      if (x >= u.width || y >= u.height) continue;
      int expected_u = *was_u.at(x / 2, y / 2), expected_v = *was_v.at(x / 2, y / 2);
      if (modes.luma != LumaMode::kZero) {
        expected_u = (expected_u + tint_of(modes.luma).first + 1) / 2;
        expected_v = (expected_v + tint_of(modes.luma).second + 1) / 2;
      }
      EXPECT_EQ(*u.at(x, y), expected_u) << row << "," << col;
      EXPECT_EQ(*v.at(x, y), expected_v) << row << "," << col;
      const auto luma = overlay.display_plane(codec::PlaneName::kY);
      const int from_x = 32 * col + 16, from_y = 32 * row + 16;
      const int to_x = from_x + modes.vector.col / 2, to_y = from_y + modes.vector.row / 2;
      const bool moves = modes.is_inter() && modes.luma != LumaMode::kSplit && !modes.vector.is_zero();
      for (const auto& [px, py] : {std::pair(from_x, from_y), std::pair(to_x, to_y)})
        if (moves && px >= 0 && py >= 0 && px < luma.width && py < luma.height) {
          EXPECT_EQ(*luma.at(px, py), 235) << row << "," << col;
        }
    }
}

TEST(Vp8Macroblocks, OverlayShowsModesAndVectors) {
  const TemporaryFolder folder;
  const std::string path = folder / "drawn.ivf", out = folder / "overlay.y4m", png = folder / "overlay.png";
  const auto stream = drawn_stream(path, {75, 50});
  const auto all = vp8({"inspect", path, "--overlay", out});
  ASSERT_EQ(all.exit_code, 0) << all.describe();
  const auto pictures = pictures_of(out);
  ASSERT_EQ(pictures.size(), stream.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    SCOPED_TRACE(i);
    expect_drawn(pictures[i], stream[i]);
  }
  const auto one = vp8({"inspect", path, "--frame", "3", "--overlay", png});
  ASSERT_EQ(one.exit_code, 0) << one.describe();
  auto source = codec::open_source(png);
  ASSERT_TRUE(source.has_value()) << source.error().message;
  const auto shown = (*source)->next().value();
  ASSERT_TRUE(shown.has_value());
  // Drawn samples lie outside RGB often, so PNG changes them; still it is this picture and none of the
  // others.
  const auto likeness = [&](std::size_t i) {
    return codec::measure(pictures[i], shown->picture).psnr(codec::PlaneName::kY);
  };
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (i != 3) {
      EXPECT_GT(likeness(3), likeness(i) + 6) << i;
    }
  }
}

TEST(Vp8Macroblocks, SaysWhatCannotBeDrawn) {
  const TemporaryFolder folder;
  const std::string path = folder / "drawn.ivf";
  drawn_stream(path, {40, 24});
  EXPECT_EQ(vp8({"inspect", path, "--overlay", folder / "overlay.png"}).exit_code, 2);
  EXPECT_EQ(vp8({"inspect", path, "--overlay", folder / "overlay.gif"}).exit_code, 2);
  EXPECT_EQ(vp8({"inspect", path, "--frame", "5"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder / "overlay.png"));
}

}  // namespace
}  // namespace skirret::test
