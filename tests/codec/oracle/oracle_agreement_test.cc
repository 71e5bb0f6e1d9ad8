// The two foreign decoders agree with each other on what libvpx's encoder makes: if this fails, the tools
// that our decoder is measured with are at fault.
#include <gtest/gtest.h>

#include "tests/codec/oracle/moving_picture.hh"
#include "tests/support/ffmpeg_vp8_decoder.hh"
#include "tests/support/libvpx_decoder.hh"
#include "tests/support/libvpx_encoder.hh"

namespace skirret::test {
namespace {

TEST(OracleAgreement, LibvpxAndFfmpegSeeTheSamePictures) {
  Random random(seed_or(71));
  int shown = 0;
  int invisible = 0;
  for (int stream = 0; stream < 30; ++stream) {
    const codec::Dimensions size{random.between(16, 120), random.between(16, 90)};
    LibvpxSettings settings = random_settings(random, size);
    // FFmpeg goes its own way on crossed copies and where a segment's quantizer or filter level leaves the
    // legal range before the frame's deltas are added (libvpx clamps in between).
    settings.random_flags = false;
    settings.roi_map = false;
    SCOPED_TRACE(settings.describe());
    const auto sources = settings.two_pass ? moving_pictures(random, size, 20, Motion::kCalm)
                                           : moving_pictures(random, size, 8);
    LibvpxDecoder libvpx;
    FfmpegVp8Decoder ffmpeg;
    for (const ByteVector& frame : encode_with_libvpx(settings, sources)) {
      const auto verdict = libvpx.decode(frame);
      ASSERT_TRUE(verdict.accepted);
      const auto second = ffmpeg.decode(frame);
      ASSERT_EQ(verdict.shown.has_value(), second.has_value());
      if (!verdict.shown) {
        ++invisible;
        continue;
      }
      ++shown;
      ASSERT_EQ(first_difference(*verdict.shown, *second), "");
    }
  }
  EXPECT_GT(shown, 100);
  EXPECT_GT(invisible, 0);
}

TEST(OracleAgreement, LibvpxHandsOutItsReferences) {
  Random random(seed_or(72));
  const codec::Dimensions size{50, 34};
  LibvpxSettings settings;
  settings.dimensions = size;
  LibvpxDecoder libvpx;
  for (const ByteVector& frame : encode_with_libvpx(settings, moving_pictures(random, size, 4))) {
    const auto verdict = libvpx.decode(frame);
    ASSERT_TRUE(verdict.accepted && verdict.shown);
    const auto references = libvpx.references();
    ASSERT_EQ(references.last.dimensions(), (codec::Dimensions{64, 48}));
    const auto shown = verdict.shown->display_plane(codec::PlaneName::kY);
    const auto last = references.last.plane(codec::PlaneName::kY);
    for (int y = 0; y < shown.height; ++y)
      ASSERT_TRUE(std::equal(shown.row(y), shown.row(y) + shown.width, last.row(y))) << "row " << y;
  }
}

}  // namespace
}  // namespace skirret::test
