#include "tests/support/random_writer.hh"

#include <utility>

#include "codec/bitstream/bool_encoder.hh"
#include "codec/syntax/frame_header_coding.hh"
#include "codec/syntax/frame_layout.hh"
#include "tests/support/random_writer_modes.hh"

namespace skirret::test {
namespace {

using namespace codec;

Dimensions dimensions_of(const FrameHeader& header, const State& from) {
  return header.key ? header.key->dimensions : from.dimensions;
}

}  // namespace

ByteVector random_tail_frame(Random& random, const WriterTemper& temper, const State& from) {
  const FrameHeader header = random_header(random, temper, from);
  const int macroblocks = dimensions_of(header, from).mb_count();
  BoolEncoder first;
  write_frame_header(header, first);
  for (int i = 0; i < (macroblocks * 40 + 64) * 8; ++i) first.flag(random.chance(1, 2));
  const int count = 1 << header.log2_partitions;
  const int bytes = macroblocks * random.between(4, 160) / count + 16;
  std::vector<ByteVector> partitions;
  for (int i = 0; i < count; ++i)
    partitions.push_back(random.bytes(static_cast<std::size_t>(random.between(bytes / 2 + 1, bytes * 2))));
  return assemble_frame(frame_tag(header), frame_size(header), std::move(first).finish(), partitions).value();
}

}  // namespace skirret::test
