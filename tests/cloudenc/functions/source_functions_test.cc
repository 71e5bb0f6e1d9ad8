#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cloudenc/functions/registry.hh"
#include "codec/media/coded_stream.hh"
#include "tests/support/random.hh"

namespace skirret::test {
namespace {

using namespace cloudenc;

constexpr int kWidth = 16, kHeight = 16, kPackets = 60, kPerPart = 7;

// A call whose blobs lie in memory, and which counts how often they are read.
class MemoryCall final : public Call {
 public:
  MemoryCall(Thunk thunk, const std::map<ContentHash, ByteVector>& blobs, int& reads)
      : thunk_(std::move(thunk)), blobs_(blobs), reads_(reads) {}
  const Thunk& thunk() const override { return thunk_; }
  std::stop_token stop() const override { return {}; }
  Result<ByteVector> input(std::size_t group, std::size_t index) override {
    ++reads_;
    return blobs_.at(thunk_.inputs.at(group).at(index));
  }
  Result<void> emit(Bytes output) override {
    outputs.emplace_back(output.begin(), output.end());
    return {};
  }
  std::vector<ByteVector> outputs;

 private:
  const Thunk thunk_;
  const std::map<ContentHash, ByteVector>& blobs_;
  int& reads_;
};

// A segment of raw pictures in parts.
class LongSegment : public testing::Test {
 protected:
  LongSegment() {
    Random random(seed_or(95));
    codec::Segment part;
    part.stream.codec = "rawvideo";
    part.stream.format = 0;  // 4:2:0
    part.stream.width = kWidth;
    part.stream.height = kHeight;
    part.stream.time_base = {1, 25};
    for (int i = 0; i < kPackets; ++i) {
      codec::CodedPacket packet;
      packet.pts = packet.dts = i;
      packet.flags = 1;
      packet.data = random.bytes(kWidth * kHeight * 3 / 2);
      part.packets.push_back(std::move(packet));
      if (part.packets.size() == kPerPart || i + 1 == kPackets) put(part);
    }
  }

  void put(codec::Segment& part) {
    const ByteVector blob = codec::save(part);
    parts_.push_back(ContentHash::of(blob));
    blobs_[parts_.back()] = blob;
    part.packets.clear();
  }

  std::vector<ByteVector> run(const Registry& registry, const char* function, Arguments arguments,
                              std::size_t parts) {
    Thunk thunk;
    thunk.function = function;
    thunk.arguments = std::move(arguments);
    thunk.inputs = {{parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(parts)}};
    MemoryCall call(thunk, blobs_, reads_);
    const auto done = registry.find(function)->run(call);
    if (!done) throw std::runtime_error(done.error().message);
    return std::move(call.outputs);
  }
  ByteVector index(const Registry& registry, std::size_t part) {
    return run(registry, "index", {{"more", part + 1 < parts_.size()}}, part + 1).at(0);
  }
  std::vector<ByteVector> pictures(const Registry& registry, int first, int count) {
    return run(registry, "pictures", {{"first", first}, {"count", count}}, parts_.size());
  }

  std::map<ContentHash, ByteVector> blobs_;
  BlobGroup parts_;
  int reads_ = 0;
};

TEST_F(LongSegment, IsReadOnceByTasksInOrder) {
  const Registry registry = all_functions();
  std::size_t rows = 0;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const ByteVector table = index(registry, part);
    rows += Arguments::parse(table.begin(), table.end()).size();
    EXPECT_EQ(table, index(all_functions(), part)) << "as a worker that begins with it";
    reads_ -= static_cast<int>(part) + 1;
  }
  EXPECT_EQ(rows, static_cast<std::size_t>(kPackets));
  EXPECT_EQ(reads_, static_cast<int>(parts_.size()));
  reads_ = 0;
  for (int first = 0; first < kPackets; first += 4) EXPECT_EQ(pictures(registry, first, 4).size(), 4u);
  EXPECT_EQ(reads_, static_cast<int>(parts_.size()));
}

TEST_F(LongSegment, ShowsTheSameInAnyOrder) {
  const Registry registry = all_functions();
  const auto all = pictures(all_functions(), 0, kPackets);
  std::vector<int> starts(kPackets / 5);
  for (std::size_t i = 0; i < starts.size(); ++i) starts[i] = static_cast<int>(i) * 5;
  Random random(seed_or(96));
  for (std::size_t i = starts.size(); i > 1; --i) std::swap(starts[i - 1], starts[random.below(i)]);
  for (const int first : starts) {
    const auto some = pictures(registry, first, 5);
    for (std::size_t i = 0; i < 5; ++i) ASSERT_EQ(some[i], all[static_cast<std::size_t>(first) + i]);
    if (random.chance(1, 3)) index(registry, random.below(parts_.size()));
  }
  EXPECT_THROW(pictures(registry, kPackets - 2, 3), std::runtime_error);
}

// Two recordings that begin alike, of which one ends there.
TEST_F(LongSegment, TellsWhatItsDecodersHold) {
  const Registry registry = all_functions();
  EXPECT_EQ(registry.kept(), 0u);
  pictures(registry, 0, 5);
  const std::uint64_t one = registry.kept();
  EXPECT_GE(one, blobs_.at(parts_[0]).size()) << "a part's packets";
  EXPECT_LT(one, blobs_.at(parts_[0]).size() + 40 * kWidth * kHeight * 3 / 2);
  pictures(registry, 5, 2);
  EXPECT_EQ(registry.kept(), one) << "the same one";
  pictures(registry, 0, 4);
  EXPECT_EQ(registry.kept(), 2 * one);
  pictures(registry, 0, 3);
  EXPECT_EQ(registry.kept(), 2 * one) << "the first one goes";
}

TEST_F(LongSegment, IsNotTakenForAnotherOne) {
  const Registry registry = all_functions();
  const BlobGroup longer = parts_;
  parts_.resize(3);
  EXPECT_EQ(pictures(registry, 0, 3 * kPerPart).size(), static_cast<std::size_t>(3 * kPerPart));
  EXPECT_THROW(pictures(registry, 3 * kPerPart, 1), std::runtime_error);
  index(registry, 2);
  parts_ = longer;
  EXPECT_EQ(pictures(registry, 3 * kPerPart, 2), pictures(all_functions(), 3 * kPerPart, 2));
  EXPECT_EQ(index(registry, 3), index(all_functions(), 3));
}

}  // namespace
}  // namespace skirret::test
