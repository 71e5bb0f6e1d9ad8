#pragma once

#include <array>
#include <cstdint>

namespace skirret::transport {

// Which packet numbers of one direction have been accepted: the highest, and one bit for each of the
// kSize numbers up to it (RFC 6479's ring of words). Anything older counts as seen. Ask and mark only after
// a packet was authenticated.
class ReplayWindow {
 public:
  static constexpr std::uint64_t kSize = 8192;

  bool is_new(std::uint64_t number) const;
  void mark(std::uint64_t number);
  std::uint64_t expected() const { return expected_; }  // highest marked + 1; 0 before the first

 private:
  // One word more than the window, so that a new highest number never shares a word with the oldest ones.
  static constexpr std::uint64_t kWords = kSize / 64 + 1;

  std::array<std::uint64_t, kWords> seen_{};
  std::uint64_t expected_ = 0;
};

}  // namespace skirret::transport
