#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"
#include "tools/skirret-bench/call_analysis.hh"
#include "tools/skirret-bench/call_log.hh"

namespace skirret::bench {

// Pictures one after another; nullopt at the end.
using PictureStream = std::function<Result<std::optional<codec::Picture>>()>;

// Compares each shown picture with the source picture of the same frame number. `received` gives the shown
// pictures in the order of `shown` (what skirret-receiver -o writes), `source` gives the picture of frame 0,
// 1, 2 … `report` is told how many are done. A shorter recording ends the comparison (a receiver that was
// killed may have shown pictures that it had no time to write); a source that ends before a shown frame,
// or pictures of different sizes, are kInvalid.
Result<std::vector<FrameQuality>> measure_shown(const std::vector<Shown>& shown,
                                                const PictureStream& received, const PictureStream& source,
                                                const std::function<void(std::size_t)>& report);

}  // namespace skirret::bench
