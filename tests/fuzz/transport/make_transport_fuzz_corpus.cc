// Makes seeds of the transport's fuzz targets, those for moves, marks, sleep and sizes:
// make_transport_fuzz_corpus tests/fuzz/corpus
// Deterministic; run it again when a format changes.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "codec/base/byte_writer.hh"
#include "tests/fuzz/transport/send_stream_play.hh"
#include "transport/wire/ack.hh"
#include "transport/wire/control.hh"
#include "transport/wire/data_packet.hh"
#include "transport/wire/path.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using namespace skirret::transport;

void write(const fs::path& folder, const std::string& name, Bytes bytes) {
  fs::create_directories(folder);
  std::ofstream file(folder / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + (folder / name).string());
}

Ack whole_ack(std::uint64_t serial, PacketNumber packets, std::uint64_t marked) {
  Ack ack;
  ack.serial = serial;
  ack.ranges = {{0, packets - 1}};
  ack.newest_arrival = {static_cast<std::uint32_t>(330 * serial)};
  ack.max_states = 64;
  ack.max_megabytes = 256;
  ack.marked = marked;
  return ack;
}

void make_messages(const fs::path& folder) {
  write(folder, "path_challenge", write_path_challenge({0x0123456789abcdef}));
  write(folder, "path_response", write_path_response({0x0123456789abcdef}));
  write(folder, "size_probe", write_probe({{}, kMaxProbeBytes}));
  write(folder, "ack_marked", write_ack(whole_ack(7, 9, 3)));
}

// Steps of a play: each payload behind its head, told to the stream as well so that acks can name what it
// sent.
class SendScript {
 public:
  void step(Bytes payload, std::uint16_t bits = 0) {
    const auto head = static_cast<std::uint16_t>(payload.size() | bits);
    to_.u16le(head);
    to_.bytes(payload);
    play_.step(head, payload);
  }
  // Acknowledges everything; the newest frame but one is held.
  void ack(std::uint64_t marked = 0, std::uint16_t bits = 0) {
    const PacketNumber packets = play_.packets();
    if (packets == 0) return step(write_ping({}), bits);
    Ack ack = whole_ack(play_.newest_ack() + 1, packets, marked);
    const FrameNumber newest = play_.frames();
    for (FrameNumber back = 0; back < 4 && back < newest; ++back)
      ack.frames.push_back({newest - back, true, false, StateId{newest - back}});
    step(write_ack(ack), bits);
  }
  // So many steps over a path that carries what is not longer than that.
  void honest(int steps, std::uint8_t half_above_base, std::uint8_t lost_each = 0) {
    const std::uint8_t path[] = {half_above_base, lost_each};
    for (int i = 0; i < steps; ++i) step(path, SendStreamPlay::kHonest);
  }
  const SendStreamPlay& play() const { return play_; }
  ByteVector take() { return std::move(to_).take(); }

 private:
  SendStreamPlay play_;
  ByteWriter to_;
};

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("the seed does not do it any more: ") + what);
}

// Longer datagrams: the longest is carried, a shorter one is; then the path swallows all above the base.
void make_sizes(const fs::path& folder) {
  const auto half_above_base = [](std::size_t datagram) {
    return static_cast<std::uint8_t>((datagram - kMaxDatagram) / 2);
  };
  for (const std::size_t carried : {std::size_t{1472}, std::size_t{1372}}) {
    SendScript script;
    script.honest(45, half_above_base(carried));
    require(script.play().stats().datagram == carried, "datagrams as long as the path carries");
    script.honest(12, half_above_base(1250), 9);
    require(script.play().stats().datagram == kMaxDatagram, "a black hole");
    script.ack(1);
    script.honest(6, 255);
    write(folder, "sizes_" + std::to_string(carried), script.take());
  }
}

void make_send_stream(const fs::path& folder) {
  {
    SendScript script;  // the receiver moves and answers the challenge, then says that we moved
    for (int i = 0; i < 3; ++i) script.ack();
    script.ack(0, SendStreamPlay::kElsewhere);
    script.step(write_path_response({0}), SendStreamPlay::kElsewhere);
    script.step(write_path_challenge({42}), SendStreamPlay::kElsewhere);
    script.step(write_path_challenge({42}), SendStreamPlay::kElsewhere);
    script.ack(0, SendStreamPlay::kElsewhere);
    require(script.play().stats().moves == 2, "two moves");
    write(folder, "moves", script.take());
  }
  {
    SendScript script;
    for (std::uint64_t i = 0; i < 6; ++i) script.ack(i / 2);
    write(folder, "marks", script.take());
  }
  {
    SendScript script;
    for (int i = 0; i < 3; ++i) script.ack();
    script.ack(0, SendStreamPlay::kAsleep);
    script.ack();
    require(script.play().stats().moves >= 1, "a new start");
    write(folder, "sleep", script.take());
  }
  make_sizes(folder);
}

ByteVector frame(FrameNumber number, FrameNumber source) {
  DataPacket packet;
  packet.notes.sent = {static_cast<std::uint32_t>(1000 + 330 * number)};
  packet.frame = number;
  packet.source = source;
  packet.frame_bytes = 5;
  const ByteVector bytes(5, 'a');
  packet.bytes = bytes;
  return write_data(packet);
}

void make_receive_session(const fs::path& folder) {
  const auto step = [](ByteWriter& to, Bytes payload, bool asleep = false) {
    to.u8(1);
    to.u16le(static_cast<std::uint16_t>(payload.size() | (asleep ? 0x8000u : 0u)));
    to.bytes(payload);
  };
  {
    ByteWriter to;  // packets 3, 10, 17 come from elsewhere: the move's beginning, its proof, and again
    for (FrameNumber number = 1; number <= 9; ++number) step(to, frame(number, number - 1));
    step(to, write_path_response({0}));
    for (FrameNumber number = 10; number <= 13; ++number) step(to, frame(number, number - 1));
    step(to, write_path_challenge({42}));
    step(to, frame(14, 13));
    step(to, write_path_response({0}));
    write(folder, "moves", std::move(to).take());
  }
  {
    ByteWriter to;
    for (FrameNumber number = 1; number <= 4; ++number) step(to, frame(number, number - 1), number == 3);
    step(to, write_probe({{}, kMaxProbeBytes}));
    step(to, frame(5, 4));
    write(folder, "sleep_and_size_probe", std::move(to).take());
  }
}

}  // namespace
}  // namespace skirret::test

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_transport_fuzz_corpus FOLDER    (in the tree: tests/fuzz/corpus)\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  skirret::test::make_messages(folder / "transport_messages");
  skirret::test::make_send_stream(folder / "send_stream");
  skirret::test::make_receive_session(folder / "receive_session");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "make_transport_fuzz_corpus: %s\n", error.what());
  return 1;
}
