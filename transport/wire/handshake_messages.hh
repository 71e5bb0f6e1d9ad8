#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "codec/base/bytes.hh"
#include "codec/base/result.hh"
#include "transport/wire/envelope.hh"

namespace skirret::transport {

// Hello: the caller's first message, of kSize bytes, so that no answer is larger than what asked for it
// and a path that cannot carry full datagrams shows at once.
//
//   0        1                33                                    1184             1200
//   +--------+----------------+-------------------------------------+----------------+
//   | 0x11   | ephemeral key  | sealed HelloPayload, 16-byte tag    | mac            |
//   +--------+----------------+-------------------------------------+----------------+
//            '------------- Noise message 1 ------------------------'
//
// A caller that has a session, and asks whether it still stands, has seen what the path carries: its hello is
// short (first byte 0x14, kShortSize bytes, else alike), so that it may ask often, and the answer is still
// smaller.
//
// `mac` is a keyed hash over everything before it (session/handshake_keys.hh): the cheap first look that
// keeps a flood away from the Diffie-Hellman.
struct Hello {
  static constexpr std::size_t kSize = 1200;
  static constexpr std::size_t kShortSize = 98;
  static constexpr std::size_t kMacSize = 16;
  static constexpr std::size_t kNoiseSize = kSize - 1 - kMacSize;

  static constexpr std::size_t kShortNoiseSize = kShortSize - 1 - kMacSize;

  Bytes noise;    // kNoiseSize or kShortNoiseSize bytes
  Bytes mac;      // kMacSize bytes
  Bytes covered;  // what the mac is over

  Bytes ephemeral() const { return noise.first(32); }

  // All but the mac, as short or as long as the noise says, for the writer to hash and append.
  static ByteVector without_mac(Bytes noise);
  // Views into `datagram`. Errors: kMalformed (another kind or version), kTruncated, kLimit (too long).
  static Result<Hello> parse(Bytes datagram);
};

// What the caller says in its hello.
//
//   +-------+--------------------------+-------------------------+
//   | flags | session token (32)       | zeros to kSize, or none |
//   +-------+--------------------------+-------------------------+
//
// flags: 1 = the token is there (else zeros). Readers ignore what stands in the padding.
struct HelloPayload {
  static constexpr std::size_t kSize = Hello::kNoiseSize - 32 - 16;
  static constexpr std::size_t kShortSize = Hello::kShortNoiseSize - 32 - 16;
  static constexpr std::size_t kTokenSize = 32;

  std::optional<std::array<std::uint8_t, kTokenSize>>
      held;  // names the session that the caller believes to have

  bool operator==(const HelloPayload&) const = default;
  ByteVector serialise(std::size_t size = kSize) const;  // kSize or kShortSize
  static Result<HelloPayload> parse(Bytes payload);
};

// What the listener says in its reply.
//
// +--------+---------------------+
// | status | retry after (ms)    |
// +--------+---------------------+
struct ReplyPayload {
  static constexpr std::size_t kSize = 3;

  enum class Status : std::uint8_t {
    kAccepted = 0,  // prove that you read this: send a sealed packet
    kBusy = 1,      // somebody else has the session; ask again after `retry_after`
    kHeld = 2,      // the session you named is alive: go on with it
  };

  Status status = Status::kAccepted;
  std::chrono::milliseconds retry_after{0};  // 0 … 65535, for kBusy

  bool operator==(const ReplyPayload&) const = default;
  ByteVector serialise() const;
  static Result<ReplyPayload> parse(Bytes payload);  // kTruncated, kMalformed (length, unknown status)
};

// Reply: the listener's answer, 56 bytes.
//
//   0        1                5                37                          56
//   +--------+----------------+----------------+---------------------------+
//   | 0x12   | answers        | ephemeral key  | sealed ReplyPayload, tag  |
//   +--------+----------------+----------------+---------------------------+
//                             '----------- Noise message 2 ----------------'
//
// `answers`: the first four bytes of the hello's ephemeral key. Only the right hello's owner can open the
// rest; this spares it the attempt on anything else.
struct Reply {
  static constexpr std::size_t kNoiseSize = 32 + ReplyPayload::kSize + 16;
  static constexpr std::size_t kSize = 5 + kNoiseSize;
  static_assert(kSize < Hello::kShortSize);

  std::uint32_t answers = 0;
  Bytes noise;  // kNoiseSize bytes

  ByteVector serialise() const;
  // A view into `datagram`. Errors as Hello's.
  static Result<Reply> parse(Bytes datagram);
};

}  // namespace skirret::transport
