#pragma once

#include <functional>
#include <optional>
#include <string>

#include "codec/media/coded_stream.hh"

namespace skirret::codec {

// The segments of one sound stream, one after another; nullopt: the end.
using SegmentReader = std::function<Result<std::optional<Segment>>()>;

struct OpusOptions {
  int kbps = 0;  // 0: 64 for one channel, 112 for two
};

// Decodes a sound stream and encodes it as Opus (mono or stereo, 48 kHz): one segment of packets whose times,
// in 1/48000 s, are on the input's own clock, less the encoder's delay (which `initial_padding` says, for
// players to drop). Gaps become silence, so that sound stays in sync. Errors: kUnsupported, and the reader's.
Result<Segment> encode_opus(const SegmentReader& segments, const OpusOptions& options);

// The packets as they are, of a stream that is Opus already. kUnsupported: it is something else.
Result<Segment> copy_opus(const SegmentReader& segments);

// Of what encodes, for keys of results.
std::string opus_version();

}  // namespace skirret::codec
