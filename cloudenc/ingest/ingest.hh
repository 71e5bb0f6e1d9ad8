#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloudenc/ingest/segmenter.hh"
#include "cloudenc/store/store.hh"
#include "codec/media/coded_stream.hh"

namespace skirret::cloudenc {

// A recording taken apart at its own key frames: each segment can be decoded alone.
struct Recording {
  std::string name;
  codec::TimeBase time_base;     // of the pictures' times
  std::vector<BlobGroup> video;  // segments in order of showing, each in parts
  BlobGroup sound;               // segments of packets; empty: there is none
  std::optional<codec::CodedStream> sound_stream;
  std::string damage;  // what was wrong with the file's end, or empty
};

// Reads the whole input once (stdin too), in memory of a few parts of segments. Errors: as Demuxer::open, the
// store's, and kUnsupported where no packet holds a picture. With `check`, segments that the store has
// already are read, so that damaged ones are replaced.
Result<Recording> ingest(const std::string& input, codec::TimeBase picture_rate, Store& store,
                         bool check = false, Segmenter::Bounds bounds = {});

}  // namespace skirret::cloudenc
