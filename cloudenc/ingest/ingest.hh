#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudenc/store/store.hh"
#include "codec/media/coded_stream.hh"

namespace skirret::cloudenc {

// A recording taken apart at its own key frames: each segment is a blob that can be decoded alone.
struct Recording {
  std::string name;
  codec::TimeBase time_base;       // of the pictures' times
  std::vector<ContentHash> video;  // segments, in order of showing
  std::vector<ContentHash> sound;  // segments of packets; empty: there is none
  std::optional<codec::CodedStream> sound_stream;
  std::string damage;  // what was wrong with the file's end, or empty
};

// Reads the whole input once (stdin too), in memory of about one segment. Errors: as Demuxer::open, the
// store's, and kUnsupported where no packet holds a picture. With `check`, segments that the store has
// already are read, so that damaged ones are replaced.
Result<Recording> ingest(const std::string& input, codec::TimeBase picture_rate, Store& store,
                         bool check = false);

}  // namespace skirret::cloudenc
