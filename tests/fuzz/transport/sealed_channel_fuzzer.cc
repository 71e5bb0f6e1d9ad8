// Packets of an authenticated but arbitrary peer: any numbers, in any order, and datagrams changed on the
// way. The channel takes each number once, as long as it is in the window, and nothing that was changed.
//
// The input is a list of steps: kind (1 byte), value (8 bytes); see run_step.
#include <algorithm>
#include <cstdint>
#include <set>

#include "codec/base/byte_reader.hh"
#include "codec/base/check.hh"
#include "transport/crypto/cipher.hh"
#include "transport/session/sealed_channel.hh"

namespace {

using namespace skirret;
using namespace skirret::transport;

SessionKeys keys() {
  SessionKeys keys;
  keys.receive = SecretBytes<32>(ByteVector(32, 1));
  keys.session_id = 0x01020304;
  return keys;
}

ByteVector sealed_as(std::uint64_t number, Bytes payload) {
  ByteVector datagram = DataHeader{keys().session_id, static_cast<std::uint32_t>(number)}.serialise();
  const ByteVector header = datagram;
  append_sealed(datagram, keys().receive, number, header, payload);
  return datagram;
}

class Model {
 public:
  void run_step(std::uint8_t kind, std::uint64_t value) {
    switch (kind % 4) {
      case 0:  // any number at all
        expect(value);
        break;
      case 1:  // around the front
        expect(front_ + value % 64);
        break;
      case 2:  // behind it
        expect(front_ - std::min(front_, value % (2 * ReplayWindow::kSize)));
        break;
      case 3:
        damaged(front_, value);
        break;
    }
  }

 private:
  // Of all numbers with the same low 32 bits, the reader takes the nearest to the front.
  bool is_nearest(std::uint64_t number) const {
    constexpr std::uint64_t kHalf = std::uint64_t{1} << 31;
    const bool not_too_far_back = number >= front_ || front_ - number < kHalf;
    const bool not_too_far_ahead = number <= front_ || number - front_ <= kHalf || number < 2 * kHalf;
    return not_too_far_back && not_too_far_ahead;
  }

  void expect(std::uint64_t number) {
    const bool is_new =
        number >= front_ || (front_ - number <= ReplayWindow::kSize && !seen_.contains(number));
    const bool welcome = is_nearest(number) && is_new && number < SealedChannel::kMaxPackets;
    const auto opened = channel_.open(sealed_as(number, {}));
    SKIRRET_CHECK(opened.has_value() == welcome);
    if (!opened) return;
    SKIRRET_CHECK(opened->number == number && opened->payload.empty());
    seen_.insert(number);
    front_ = std::max(front_, number + 1);
  }

  void damaged(std::uint64_t number, std::uint64_t value) {
    ByteVector datagram = sealed_as(number, ByteVector(value % 32));
    if (value % 2 == 0) {
      datagram[value / 2 % datagram.size()] ^= static_cast<std::uint8_t>(1 | value >> 56);
    } else {
      datagram.resize(value / 2 % datagram.size());
    }
    SKIRRET_CHECK(!channel_.open(datagram).has_value());
  }

  SealedChannel channel_{keys()};
  std::set<std::uint64_t> seen_;
  std::uint64_t front_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  Model model;
  while (reader.remaining() >= 9) {
    const std::uint8_t kind = reader.u8();
    model.run_step(kind, reader.u64le());
  }
  SealedChannel channel(keys());  // and the input itself
  SKIRRET_CHECK(!channel.open({data, size}).has_value());
  return 0;
}
