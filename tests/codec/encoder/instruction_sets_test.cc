#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "codec/encoder/encoder.hh"
#include "codec/kernels/encoder_kernels.hh"
#include "tests/codec/encoder/random_scenes.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

// A digest of streams coded at every effort (FNV-1a over their bytes).
std::string digest_of_streams() {
  std::uint64_t digest = 0xcbf29ce484222325u;
  for (std::uint64_t stream = 0; stream < 12; ++stream) {
    Random random(77 + stream);
    RandomScene scene(random, random_dimensions(random, 96));
    codec::State state;
    codec::Hints hints;
    for (int frame = 0; frame < 5; ++frame) {
      const auto plan = random_plan(random, frame == 0);
      const auto target = scene.picture(random);
      const auto analysis =
          codec::analyse(state, target, plan, {20, 90}, hints, {static_cast<int>(stream % 6)});
      const auto candidate = codec::code(state, target, analysis, random.between(0, 127));
      for (const auto byte : candidate.bytes) digest = (digest ^ byte) * 0x100000001b3u;
      state = codec::finish(state, candidate);
      hints.previous_vectors = candidate.vectors;
    }
  }
  std::ostringstream text;
  text << std::hex << std::setw(16) << std::setfill('0') << digest;
  return text.str();
}

TEST(InstructionSets, PrintDigest) {
  std::cout << "digest " << digest_of_streams() << " by " << codec::encoder_kernels().name << std::endl;
}

// The same program with the kernels of each other instruction set, in processes of their own since kernels
// are chosen once.
TEST(InstructionSets, AllGiveTheSameBytes) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string digest = digest_of_streams();
  for (const codec::InstructionSet set : codec::kInstructionSets) {
    if (!codec::has_instruction_set(set) || set == codec::chosen_instruction_set()) continue;
    const std::string name = codec::instruction_set_name(set);
    const auto result = run_process({self.string(), "--gtest_filter=InstructionSets.PrintDigest"},
                                    {.input = {}, .environment = {{"SKIRRET_KERNELS", name}}, .folder = {}});
    ASSERT_EQ(result.exit_code, 0) << result.describe();
    EXPECT_NE(result.out.find("digest " + digest + " by " + name), std::string::npos) << result.describe();
  }
}

}  // namespace
}  // namespace skirret::test
