#include "cloudenc/ingest/segmenter.hh"

#include <algorithm>
#include <utility>

extern "C" {
#include <libavcodec/packet.h>
}

namespace skirret::cloudenc {
namespace {

// Where key frames are many: small enough to be decoded in parallel, large enough to be worth a task.
constexpr std::size_t kFewPackets = 24;
constexpr std::size_t kManyBytes = std::size_t{16} << 20;

}  // namespace

// Not at a key frame that an edit list cuts off: its time says nothing about the order of what is shown.
bool Segmenter::may_begin(const codec::CodedPacket& packet) const {
  if (timeless_ || !packet.key() || packet.discarded() || packet.pts == codec::kNoTime) return false;
  if (open_.packets.empty() || packet.pts <= shown_to_) return false;
  return open_.packets.size() >= kFewPackets || bytes_ >= kManyBytes;
}

Result<void> Segmenter::add(codec::CodedPacket packet) {
  timeless_ |= packet.pts == codec::kNoTime;
  // A decoder that starts later must know what changed on the way.
  for (const auto& [type, data] : packet.side_data) {
    if (type != AV_PKT_DATA_NEW_EXTRADATA) continue;
    if (open_.packets.empty()) open_.stream.extradata = data;
  }
  if (may_begin(packet)) {
    if (auto done = begin(packet); !done) return done;
  } else if (tail_open_) {
    const bool leading = packet.pts != codec::kNoTime && packet.pts < key_.pts && !packet.discarded();
    if (leading && before_) {
      if (!has_tail_) before_->packets.push_back(key_);
      has_tail_ = true;
      before_->packets.push_back(packet);
    } else if (auto done = settle_tail(); !done) {
      return done;
    }
  }
  if (!packet.discarded()) shown_to_ = std::max(shown_to_, packet.pts);
  bytes_ += packet.data.size();
  open_.packets.push_back(std::move(packet));
  return {};
}

Result<void> Segmenter::begin(const codec::CodedPacket& key) {
  if (auto done = settle_tail(); !done) return done;
  codec::Segment next;
  next.stream = open_.stream;
  for (const codec::CodedPacket& packet : open_.packets)
    for (const auto& [type, data] : packet.side_data)
      if (type == AV_PKT_DATA_NEW_EXTRADATA) next.stream.extradata = data;
  next.first = open_.last = key.pts;
  before_ = std::exchange(open_, std::move(next));
  key_ = key;
  tail_open_ = true;
  has_tail_ = false;
  bytes_ = 0;
  return {};
}

Result<void> Segmenter::settle_tail() {
  tail_open_ = false;
  if (!before_) return {};
  const codec::Segment whole = std::move(*std::exchange(before_, std::nullopt));
  return give_(whole);
}

Result<void> Segmenter::finish() {
  if (auto done = settle_tail(); !done) return done;
  return open_.packets.empty() ? Result<void>() : give_(open_);
}

}  // namespace skirret::cloudenc
