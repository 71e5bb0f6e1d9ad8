#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "codec/media/source.hh"
#include "codec/picture/picture.hh"

namespace skirret::bench {

// A clip held in memory, so that nothing but coding is timed.
struct Clip {
  std::string name;  // the file's stem, without "_WxH_FPS"
  codec::SourceInfo info;
  std::vector<codec::Picture> pictures;

  double seconds() const { return static_cast<double>(pictures.size()) / info.rate.value(); }
};

// The first `frames` pictures of any file that FFmpeg reads (0: all). Errors: as open_source; kInvalid for a
// clip without pictures.
Result<Clip> load_clip(const std::string& path, std::size_t frames);

// The recorded clips of $SKIRRET_DATA/clips (default ../shared/data/clips); empty where there are none.
std::filesystem::path clips_folder();

// Six that stand for calls: two talking heads, a noisy webcam, the classic, a hand-held camera and a film.
// For means; the webcam's and the hand-held camera's noise count as much as the smooth ones.
std::vector<std::string> usual_clips();

// A path as it is, or the file of clips_folder() that begins with the name. kNotFound tells which there are.
Result<std::string> find_clip(const std::string& name_or_path);

}  // namespace skirret::bench
