// Makes the seeds of cloudenc's fuzz targets: make_cloudenc_fuzz_corpus tests/fuzz/corpus
// Deterministic; run it again when a format changes.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "cloudenc/functions/blobs.hh"
#include "cloudenc/store/stored_forms.hh"
#include "codec/base/byte_writer.hh"
#include "codec/decoder/decoder.hh"
#include "codec/media/coded_stream.hh"
#include "tests/support/random_writer.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using cloudenc::ContentHash;

void write(const fs::path& folder, const std::string& name, Bytes bytes) {
  fs::create_directories(folder);
  std::ofstream file(folder / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + (folder / name).string());
}

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

cloudenc::Record record(std::uint8_t outputs) {
  cloudenc::Record record;
  for (std::uint8_t i = 0; i < outputs; ++i) record.outputs.push_back(ContentHash::of({&i, 1}));
  return record;
}

void make_thunk(const fs::path& folder) {
  cloudenc::Thunk thunk{.function = "bridge", .arguments = {}, .inputs = {record(2).outputs, {}}};
  thunk.arguments = {
      {"level", 3}, {"exact", true}, {"quantizers", {4, 5, -1}}, {"environment", {{"libvpx", "v1"}}}};
  write(folder, "bridge", bytes_of(thunk.canonical()));
  write(folder, "empty", bytes_of(cloudenc::Thunk{}.canonical()));
  write(folder, "floating-point",
        bytes_of(R"({"arguments":{"a":1.5},"function":"x","inputs":[],"version":1})"));
  write(folder, "too-deep",
        bytes_of(R"({"arguments":{"a":)" + std::string(200, '[') + std::string(200, ']') +
                 R"(},"function":"x","inputs":[],"version":1})"));
}

void make_store_files(const fs::path& folder) {
  for (const std::uint8_t outputs : {0, 1, 3})
    write(folder, "record-" + std::to_string(outputs), bytes_of(cloudenc::text_of(record(outputs))));
  write(folder, "blob-empty", cloudenc::packed({}));
  write(folder, "blob-text", cloudenc::packed(bytes_of("what is packed")));
  write(folder, "blob-run", cloudenc::packed(ByteVector(3'000, 7)));
}

void make_state_blobs(const fs::path& folder) {
  Random random(6);
  for (int index = 0; index < 5; ++index) {
    WriterTemper temper = random_temper(random);
    temper.max_size = 40;
    codec::State state;
    const auto add = [](ByteWriter& out, const ByteVector& part) {
      out.u16le(static_cast<std::uint16_t>(part.size()));
      out.bytes(part);
    };
    for (int i = 0; i < index; ++i) {
      const auto decoded = codec::decode(state, random_frame(random, temper, state).bytes);
      if (decoded) state = decoded->next;
    }
    ByteWriter out;
    add(out, random_frame(random, temper, state).bytes);
    for (const ByteVector& blob : cloudenc::state_blobs(state)) add(out, blob);
    write(folder, "state-" + std::to_string(index), std::move(out).take());
  }
  const std::vector<ByteVector> frames = {{1, 2, 3}, {}, {4}};
  write(folder, "frames", cloudenc::ivf_blob({16, 16}, frames));
}

void make_segment(const fs::path& folder) {
  codec::Segment segment;
  segment.stream.codec = "vp8";
  segment.stream.width = 64;
  segment.stream.height = 48;
  write(folder, "no-packets", codec::save(segment));
  segment.stream.extradata = {1, 2, 3};
  segment.first = -5;
  segment.last = 500;
  for (std::uint8_t i = 0; i < 3; ++i) {
    codec::CodedPacket packet{
        .pts = i, .dts = i - 1, .duration = 1, .flags = i == 0 ? 1 : 0, .side_data = {}, .data = {i, 9, 9}};
    if (i == 1) packet.side_data.emplace_back(11, ByteVector{0, 0, 0, 5});
    segment.packets.push_back(std::move(packet));
  }
  write(folder, "packets", codec::save(segment));
}

}  // namespace
}  // namespace skirret::test

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_cloudenc_fuzz_corpus FOLDER    (in the tree: tests/fuzz/corpus)\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  skirret::test::make_thunk(folder / "thunk");
  skirret::test::make_store_files(folder / "store_files");
  skirret::test::make_state_blobs(folder / "state_blobs");
  skirret::test::make_segment(folder / "segment");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "make_cloudenc_fuzz_corpus: %s\n", error.what());
  return 1;
}
