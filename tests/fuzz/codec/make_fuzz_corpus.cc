// Makes the seeds of the codec's fuzz targets: make_fuzz_corpus tests/fuzz/corpus
// Deterministic; run it again when a format changes. Files are small on purpose: fuzzers start better so.
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "codec/base/byte_writer.hh"
#include "codec/decoder/decoder.hh"
#include "codec/state/state.hh"
#include "tests/support/libvpx_encoder.hh"
#include "tests/support/random_writer.hh"
#include "tests/support/random_writer_mutation.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& folder, const std::string& name, const ByteVector& bytes) {
  fs::create_directories(folder);
  std::ofstream file(folder / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + (folder / name).string());
}

void add_frame(ByteWriter& out, const ByteVector& frame) {
  out.u16le(static_cast<std::uint16_t>(frame.size()));
  out.bytes(frame);
}

struct Stream {
  std::vector<ByteVector> frames;
  codec::State last;
};

// Random-writer streams; odd ones have random bytes for modes and tokens, every fifth a damaged frame.
Stream random_stream(Random& random, int index) {
  WriterTemper temper = random_temper(random);
  temper.max_size = std::min(temper.max_size, 40);
  temper.profile = index % 5;
  Stream stream;
  for (int i = 0; i < 4; ++i) {
    const ByteVector frame = index % 2 == 0 || i == 0 ? random_frame(random, temper, stream.last).bytes
                                                      : random_tail_frame(random, temper, stream.last);
    stream.frames.push_back(index % 5 == 4 && i > 0 ? mutated(random, frame) : frame);
    if (auto decoded = codec::decode(stream.last, stream.frames.back()))
      stream.last = std::move(decoded->next);
  }
  return stream;
}

void make_decode(const fs::path& folder) {
  Random random(1);
  for (int index = 0; index < 40; ++index) {
    ByteWriter out;
    for (const auto& frame : random_stream(random, index).frames) add_frame(out, frame);
    write(folder, "writer-" + std::to_string(index), std::move(out).take());
  }
  for (int index = 0; index < 6; ++index) {
    LibvpxSettings settings = random_settings(random, {32, 24});
    settings.two_pass = settings.auto_altref = false;
    settings.lag = 0;
    std::vector<codec::Picture> source;
    for (int i = 0; i < 4; ++i)
      source.push_back(codec::Picture::solid({32, 24}, static_cast<std::uint8_t>(60 * i), 90, 150));
    ByteWriter out;
    for (const auto& frame : encode_with_libvpx(settings, source)) add_frame(out, frame);
    write(folder, "libvpx-" + std::to_string(index), std::move(out).take());
  }
}

void make_state_load(const fs::path& folder) {
  Random random(2);
  for (int index = 0; index < 6; ++index) {
    const Stream stream = random_stream(random, 2 * index);
    ByteWriter out;
    WriterTemper temper = random_temper(random);
    temper.max_size = 32;
    add_frame(out, random_frame(random, temper, stream.last).bytes);
    out.bytes(codec::save(stream.last));
    write(folder, "state-" + std::to_string(index), std::move(out).take());
  }
  ByteWriter empty;
  empty.u16le(0);
  empty.bytes(codec::save(codec::State{}));
  write(folder, "empty-state", std::move(empty).take());
}

void make_ivf(const fs::path& folder) {
  for (int frames = 0; frames < 3; ++frames) {
    ByteWriter out;
    for (const char letter : {'D', 'K', 'I', 'F'}) out.u8(static_cast<std::uint8_t>(letter));
    out.u16le(0);
    out.u16le(32);
    for (const char letter : {'V', 'P', '8', '0'}) out.u8(static_cast<std::uint8_t>(letter));
    out.u16le(64);
    out.u16le(48);
    out.u32le(30);
    out.u32le(1);
    out.u32le(static_cast<std::uint32_t>(frames));
    out.u32le(0);
    for (int i = 0; i < frames; ++i) {
      out.u32le(5);
      out.u64le(static_cast<std::uint64_t>(i));
      for (std::uint8_t byte = 0; byte < 5; ++byte) out.u8(byte);
    }
    write(folder, "frames-" + std::to_string(frames), std::move(out).take());
  }
}

void make_y4m(const fs::path& folder) {
  int index = 0;
  for (const char* header :
       {"YUV4MPEG2 W4 H2 F30:1 Ip A1:1 C420jpeg\n", "YUV4MPEG2 W3 H3 C420mpeg2 XCOMMENT\n",
        "YUV4MPEG2 W2 H2 F0:0 C444\n", "YUV4MPEG2 H1 W1\n"}) {
    ByteVector bytes(header, header + std::strlen(header));
    for (int picture = 0; picture < 2; ++picture) {
      for (const char letter : {'F', 'R', 'A', 'M', 'E', '\n'})
        bytes.push_back(static_cast<std::uint8_t>(letter));
      bytes.insert(bytes.end(),
                   index == 1   ? 17
                   : index == 0 ? 12
                                : 3,
                   static_cast<std::uint8_t>(100 + picture));
    }
    write(folder, "header-" + std::to_string(index++), bytes);
  }
}

}  // namespace
}  // namespace skirret::test

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_fuzz_corpus FOLDER    (in the tree: tests/fuzz/corpus)\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  skirret::test::make_decode(folder / "decode");
  skirret::test::make_state_load(folder / "state_load");
  skirret::test::make_ivf(folder / "ivf");
  skirret::test::make_y4m(folder / "y4m");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "make_fuzz_corpus: %s\n", error.what());
  return 1;
}
