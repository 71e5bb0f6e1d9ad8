#include "tools/bench/codec/gate.hh"

#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/data.hh"

// Before any search: with libvpx's modes and vectors, our quantiser, probabilities and packing spend no more
// bits than libvpx's.
namespace skirret::test {
namespace {

const std::vector<int> kQuantizers = {20, 39, 61, 88};

void expect_gate(const bench::Clip& clip) {
  for (const bench::EncoderSetting& peer : bench::vpx_gate_peers()) {
    SCOPED_TRACE(clip.name + " beside " + peer.name);
    const auto gate = bench::measure_gate(clip, peer, kQuantizers);
    ASSERT_TRUE(gate.has_value()) << gate.error().message;
    EXPECT_LE(gate->repacked_percent(), 0) << "percent of bytes for the same pictures";
    ASSERT_TRUE(gate->improved_psnr() && gate->improved_ssim());
    EXPECT_LE(*gate->improved_psnr(), 0) << "percent of bits at equal PSNR";
    EXPECT_LE(*gate->improved_ssim(), 0) << "percent of bits at equal SSIM";
    std::printf("%-16s %-16s packed anew %+.2f %%, our levels %+.2f %% PSNR %+.2f %% SSIM\n",
                clip.name.c_str(), peer.name.c_str(), gate->repacked_percent(), *gate->improved_psnr(),
                *gate->improved_ssim());
  }
}

void expect_gate(const std::string& name, std::size_t frames) {
  SKIRRET_DATA_FILE(path, "clips/" + name);
  const auto clip = bench::load_clip(path.string(), frames);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  expect_gate(*clip);
}

TEST(Gate, DrawnScene) {
  const auto clip = bench::load_clip("lavfi:testsrc2=size=176x144:rate=30:duration=1", 6);
  ASSERT_TRUE(clip.has_value()) << clip.error().message;
  expect_gate(*clip);
}

TEST(Gate, Foreman) {
  expect_gate("foreman_352x288_30.mkv", 5);
}

TEST(Gate, NoisyWebcam) {
  expect_gate("webcam-office-a_640x480_30.mkv", 3);
}

TEST(Gate, HandHeld) {
  expect_gate("flower-handheld_640x360_30.mkv", 3);
}

}  // namespace
}  // namespace skirret::test
