#include "tests/support/random_writer_mutation.hh"

#include <algorithm>
#include <iterator>

namespace skirret::test {
namespace {

// A place in the frame: every other time within the first bytes.
std::size_t place(Random& random, const ByteVector& frame) {
  const std::size_t reach = random.chance(1, 2) ? std::min<std::size_t>(frame.size(), 32) : frame.size();
  return static_cast<std::size_t>(random.below(reach));
}

using Offset = ByteVector::difference_type;

void mutate_once(Random& random, ByteVector& frame) {
  if (frame.empty()) {
    frame = random.bytes(1);
    return;
  }
  const std::size_t at = place(random, frame);
  const auto some = [&](std::size_t most) { return static_cast<std::size_t>(random.below(most)) + 1; };
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      frame[at] ^= static_cast<std::uint8_t>(1u << random.below(8));
      break;
    case 3:
      frame[at] = static_cast<std::uint8_t>(random.chance(1, 3)   ? 0
                                            : random.chance(1, 2) ? 255
                                                                  : random.below(256));
      break;
    case 4:
      frame.resize(at);
      break;
    case 5: {
      const ByteVector more = random.bytes(some(8));
      frame.insert(frame.begin() + static_cast<Offset>(at), more.begin(), more.end());
      break;
    }
    case 6: {
      const std::size_t end = std::min(frame.size(), at + some(8));
      frame.erase(frame.begin() + static_cast<Offset>(at), frame.begin() + static_cast<Offset>(end));
      break;
    }
    default: {
      const ByteVector more = random.bytes(some(40));
      frame.insert(frame.end(), more.begin(), more.end());
    }
  }
}

}  // namespace

ByteVector mutated(Random& random, Bytes frame) {
  ByteVector changed(frame.begin(), frame.end());
  const int times = random.chance(1, 2) ? 1 : random.between(2, 6);
  for (int i = 0; i < times; ++i) mutate_once(random, changed);
  return changed;
}

}  // namespace skirret::test
