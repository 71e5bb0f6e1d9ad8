#pragma once

#include <memory>
#include <optional>
#include <string>

#include "codec/media/demuxer.hh"

namespace skirret::codec {

class Demuxer::Input {
 public:
  virtual ~Input() = default;
  virtual Result<std::optional<Demuxer::Packet>> next() = 0;
  const CodedStream& video() const { return video_; }
  const std::optional<CodedStream>& sound() const { return sound_; }
  const std::string& damage() const { return damage_; }

 protected:
  CodedStream video_;
  std::optional<CodedStream> sound_;
  std::string damage_;
};

// A folder, or a name with one %d, %0Nd in it.
bool is_picture_sequence(const std::string& input);
// A folder's *.png by name; a pattern's from the first number of 0..4 that is there up to the first that is
// not.
Result<std::unique_ptr<Demuxer::Input>> open_picture_sequence(const std::string& input, TimeBase rate);

}  // namespace skirret::codec
