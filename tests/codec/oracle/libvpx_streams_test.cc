// Streams that libvpx's encoder makes under random settings: ours, libvpx's decoder and FFmpeg's see the
// same pictures.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "codec/container/ivf.hh"
#include "tests/codec/oracle/moving_picture.hh"
#include "tests/support/data.hh"
#include "tests/support/ffmpeg_vp8_decoder.hh"
#include "tests/support/libvpx_encoder.hh"
#include "tests/support/libvpx_lockstep.hh"

namespace skirret::test {
namespace {

using codec::Dimensions;
using codec::Picture;

bool outside(int value, int largest) {
  return value < 0 || value > largest;
}

// Whether FFmpeg is known to go its own way on this frame (see its wrapper).
bool ffmpeg_differs(const codec::FrameHeader& header, const codec::State& next) {
  const auto& references = header.references;
  if (!header.key_frame && references.copy_to_golden == 2 && references.copy_to_altref == 2) return true;
  if (!header.segmentation.enabled) return false;
  if (header.key_frame && !header.segmentation.update_map) return true;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool absolute = next.segmentation.absolute;
    if (outside(next.segmentation.quantizer[i] + (absolute ? 0 : header.quantizer.y_ac), 127)) return true;
    if (outside(next.segmentation.filter_level[i] + (absolute ? 0 : header.filter.level), 63)) return true;
  }
  return false;
}

struct Totals {
  LibvpxLockstep::Counts libvpx;
  int ffmpeg_pictures = 0;
  int invisible = 0;
  int sizes_changed = 0;
};

void check_stream(const std::vector<ByteVector>& frames, Totals& totals) {
  LibvpxLockstep lockstep;
  FfmpegVp8Decoder ffmpeg;
  bool ffmpeg_lost = false;  // its references are its own until the next key frame
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const codec::State before = lockstep.state();
    const auto difference = lockstep.feed(frames[i]);
    ASSERT_FALSE(difference) << "frame " << i << ": " << *difference;
    ASSERT_TRUE(lockstep.accepted_last()) << "frame " << i;
    const auto parsed = codec::parse(before, frames[i]);
    const auto decoded = codec::decode(before, frames[i]);
    ASSERT_TRUE(parsed && decoded);
    ASSERT_FALSE(decoded->truncated) << "frame " << i;
    if (before.has_pictures() && before.dimensions != decoded->next.dimensions) ++totals.sizes_changed;
    if (!decoded->show) ++totals.invisible;
    if (parsed->header.key_frame) ffmpeg_lost = false;
    if (ffmpeg_differs(parsed->header, decoded->next)) ffmpeg_lost = true;
    const auto second = ffmpeg.decode(frames[i]);
    if (ffmpeg_lost || !decoded->show) continue;
    ASSERT_TRUE(second) << "FFmpeg shows nothing for frame " << i;
    ASSERT_EQ(first_difference(decoded->shown, *second), "") << "ours != FFmpeg, frame " << i;
    ++totals.ffmpeg_pictures;
  }
  totals.libvpx += lockstep.counts();
}

TEST(LibvpxStreams, RandomSettingsDecodeAlike) {
  const std::uint64_t seed = seed_or(2024);
  SCOPED_TRACE("SKIRRET_SEED=" + std::to_string(seed));
  Random random(seed);
  const int streams = std::getenv("SKIRRET_LONG") != nullptr ? 3000 : 240;
  Totals totals;
  for (int stream = 0; stream < streams; ++stream) {
    const int largest = stream % 12 == 0 ? 260 : 110;
    const Dimensions size{random.between(16, largest), random.between(16, largest * 3 / 4)};
    const LibvpxSettings settings = random_settings(random, size);
    SCOPED_TRACE("stream " + std::to_string(stream) + ": " + settings.describe());
    const auto source = settings.two_pass ? moving_pictures(random, size, 16, Motion::kCalm)
                                          : moving_pictures(random, size, random.between(6, 12));
    ASSERT_NO_FATAL_FAILURE(check_stream(encode_with_libvpx(settings, source), totals));
  }
  EXPECT_GT(totals.libvpx.pictures, streams * 6);
  EXPECT_GT(totals.ffmpeg_pictures, streams * 5);
  EXPECT_GT(totals.invisible, 0);
  EXPECT_GT(totals.sizes_changed, 0);
  RecordProperty("frames", totals.libvpx.accepted);
}

// Real pictures, decoded from a test vector and cropped, coded again.
TEST(LibvpxStreams, RealPicturesDecodeAlike) {
  SKIRRET_DATA_FILE(vector, "vp8-test-vectors/vp80-00-comprehensive-001.ivf");
  const ByteVector file = read_file(vector);
  auto reader = codec::IvfReader::over(file);
  ASSERT_TRUE(reader);
  LibvpxDecoder libvpx;
  std::vector<Picture> source;
  while (source.size() < 8) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame && *frame);
    if (auto shown = libvpx.decode((*frame)->data).shown) source.push_back(*shown);
  }
  Random random(seed_or(2025));
  Totals totals;
  for (int profile = 0; profile < 4; ++profile) {
    LibvpxSettings settings = random_settings(random, source.front().dimensions());
    settings.profile = profile;
    SCOPED_TRACE(settings.describe());
    ASSERT_NO_FATAL_FAILURE(check_stream(encode_with_libvpx(settings, source), totals));
  }
  EXPECT_GE(totals.ffmpeg_pictures, 16);
}

}  // namespace
}  // namespace skirret::test
