#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"
#include "tools/bench/measure/picture_source.hh"

namespace skirret::bench {

struct LoopedClipOptions {
  std::optional<codec::Dimensions> size = {};  // else its own
  codec::FrameRate rate;                       // pictures are dropped and repeated by their timestamps
  std::size_t most_frames = 450;               // held in memory: 0.6 GB at 720p
};

// A clip in memory that never ends: it is played forth and back, so that there is no cut where it begins
// again.
class LoopedClip {
 public:
  // Any file or generator that open_source takes, or "scene[:WxH]": a generated moving scene, 640x360.
  // Errors: those of open_source; kInvalid for less than two pictures.
  static Result<LoopedClip> load(const std::string& spec, const LoopedClipOptions& options);

  const std::string& name() const { return name_; }
  codec::Dimensions size() const { return frames_->front().dimensions(); }
  codec::FrameRate rate() const { return rate_; }

  // The picture of capture `index`, without a code.
  const codec::Picture& picture(std::uint64_t index) const;
  // The same as a function, which keeps the pictures alive.
  PictureSource source() const;

 private:
  LoopedClip(std::string name, codec::FrameRate rate, std::vector<codec::Picture> frames)
      : name_(std::move(name)),
        rate_(rate),
        frames_(std::make_shared<const std::vector<codec::Picture>>(std::move(frames))) {}

  std::string name_;
  codec::FrameRate rate_;
  std::shared_ptr<const std::vector<codec::Picture>> frames_;
};

}  // namespace skirret::bench
