#include "tests/support/libvpx_lockstep.hh"

#include <algorithm>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::test {
namespace {

using codec::Decoded;
using codec::Dimensions;
using codec::ParsedFrame;
using codec::Picture;
using codec::PlaneName;

// The whole aligned planes of `ours`, as a picture whose display crop is all of it.
Picture aligned(const Picture& ours) {
  const Dimensions d = ours.dimensions();
  codec::MutablePicture made(Dimensions{d.aligned_width(), d.aligned_height()});
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const auto from = ours.plane(name);
    const auto to = made.plane(name);
    for (int y = 0; y < from.height; ++y) std::copy_n(from.row(y), from.width, to.row(y));
  }
  return Picture(std::move(made));
}

bool uses_reserved_copy(const codec::FrameHeader& header) {
  const auto& references = header.references;
  return !header.key_frame && ((!references.refresh_golden && references.copy_to_golden == 3) ||
                               (!references.refresh_altref && references.copy_to_altref == 3));
}

// Whether libvpx leaves a macroblock's chroma unpredicted, as whatever its buffer held: with whole-sample
// chroma (profile 3) a vector that points 18 1/4 to 19 samples beyond the left or upper edge passes its luma
// clamp, and its chroma, rounded down, then counts as out of reach.
bool has_unpredicted_chroma(const ParsedFrame& frame) {
  if (frame.header.profile != 3) return false;
  const int cols = frame.dimensions.mb_cols();
  const auto in_gap = [](int component, int macroblocks_before) {
    const int beyond = -component - 64 * macroblocks_before;  // quarter samples beyond the edge
    return beyond >= 73 && beyond <= 76;
  };
  for (std::size_t i = 0; i < frame.modes.size(); ++i) {
    const auto& modes = frame.modes[i];
    if (!modes.is_inter() || modes.luma == codec::LumaMode::kSplit) continue;
    const int at = static_cast<int>(i);
    if (in_gap(modes.vector.col, at % cols) || in_gap(modes.vector.row, at / cols)) return true;
  }
  return false;
}

// Whether the partition count may lie beyond the frame's end. At most 180 flags of even odds come before it.
bool may_lack_partition_count(Bytes frame, const ParsedFrame& parsed) {
  const std::size_t start = parsed.header.key_frame ? 10 : 3;
  return parsed.truncated && parsed.header.log2_partitions == 0 && frame.size() < start + 26;
}

}  // namespace

LibvpxLockstep::Counts& LibvpxLockstep::Counts::operator+=(const Counts& more) {
  accepted += more.accepted;
  refused += more.refused;
  pictures += more.pictures;
  references += more.references;
  truncated += more.truncated;
  key_frames += more.key_frames;
  return *this;
}

std::optional<std::string> LibvpxLockstep::feed(Bytes frame) {
  accepted_last_ = false;
  const auto ours = decode(state_, frame, limits_);
  const auto parsed = parse(state_, frame, limits_);
  if (ours.has_value() != parsed.has_value())
    return "decode and parse disagree: " + (ours ? parsed.error().message : ours.error().message);
  const Dimensions stated = stated_dimensions(frame);
  if (static_cast<std::uint64_t>(stated.width) * static_cast<std::uint64_t>(stated.height) >
      limits_.max_pixels) {
    ++counts_.refused;
    if (ours) return "accepted above the limit";
    return std::nullopt;
  }
  if (parsed && last_partitions_ != 0 && may_lack_partition_count(frame, *parsed)) return std::nullopt;
  if (stale_) rebuild();
  const auto theirs = libvpx_.decode(frame);
  if (!theirs.accepted) stale_ = true;
  if (theirs.accepted != ours.has_value()) {
    return ours ? std::string("accepted by ours, refused by libvpx")
                : "refused by ours, accepted by libvpx: " + ours.error().message;
  }
  if (!ours) {
    ++counts_.refused;
    return std::nullopt;
  }
  if (const auto rebuilt = reconstruct(state_, *parsed);
      !(rebuilt.next == ours->next) || rebuilt.show != ours->show)
    return std::string("reconstructing the parsed parts gives another state than decoding");
  remember(frame, *ours, *parsed);
  return compare_accepted(*ours, theirs);
}

void LibvpxLockstep::remember(Bytes frame, const Decoded& ours, const ParsedFrame& parsed) {
  accepted_last_ = true;
  ++counts_.accepted;
  counts_.truncated += ours.truncated ? 1 : 0;
  if (parsed.header.key_frame) {
    ++counts_.key_frames;
    blind_ = false;
    if (!ours.truncated) {  // a fresh decoder starts from it: nothing before it matters any more
      accepted_.clear();
      clean_ = true;
    }
  }
  if (uses_reserved_copy(parsed.header) || has_unpredicted_chroma(parsed)) blind_ = true;
  accepted_.emplace_back(frame.begin(), frame.end());
  last_partitions_ = parsed.header.log2_partitions;
  state_ = ours.next;
}

std::optional<std::string> LibvpxLockstep::compare_accepted(const Decoded& ours,
                                                            const LibvpxDecoder::Verdict& theirs) {
  if (blind_) return std::nullopt;
  if (ours.show != theirs.shown.has_value()) return std::string("one shows a picture, the other does not");
  if (ours.truncated && !theirs.corrupted) return std::string("only ours ran out of data");
  if (clean_ && !ours.truncated && theirs.corrupted) return std::string("only libvpx ran out of data");
  if (ours.truncated) clean_ = false;
  if (theirs.shown) {
    ++counts_.pictures;
    if (const std::string where = first_difference(ours.shown, *theirs.shown); !where.empty())
      return "shown pictures differ (ours != libvpx) at " + where;
  }
  return compare_references();
}

std::optional<std::string> LibvpxLockstep::compare_references() {
  const auto theirs = libvpx_.references();
  const std::pair<const Picture*, const Picture*> pairs[] = {
      {&state_.last, &theirs.last}, {&state_.golden, &theirs.golden}, {&state_.altref, &theirs.altref}};
  static constexpr const char* kNames[] = {"last", "golden", "altref"};
  for (std::size_t i = 0; i < 3; ++i) {
    ++counts_.references;
    if (const std::string where = first_difference(aligned(*pairs[i].first), *pairs[i].second);
        !where.empty())
      return std::string(kNames[i]) + " pictures differ (ours != libvpx) at " + where;
  }
  return std::nullopt;
}

void LibvpxLockstep::rebuild() {
  libvpx_ = LibvpxDecoder();
  for (const ByteVector& frame : accepted_) SKIRRET_CHECK(libvpx_.decode(frame).accepted);
  stale_ = false;
}

}  // namespace skirret::test
