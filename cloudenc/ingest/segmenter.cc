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

Segmenter::Segmenter(codec::CodedStream stream, Bounds bounds, Give give)
    : bounds_(bounds), give_(std::move(give)), extradata_(stream.extradata) {
  open_.part.stream = std::move(stream);
}

// Not at a key frame that an edit list cuts off: its time says nothing about the order of what is shown.
bool Segmenter::may_begin(const codec::CodedPacket& packet) const {
  if (timeless_ || !packet.key() || packet.discarded() || packet.pts == codec::kNoTime) return false;
  if (open_.all_packets == 0 || packet.pts <= shown_to_) return false;
  return open_.all_packets >= kFewPackets || open_.bytes >= kManyBytes;
}

Result<void> Segmenter::add(codec::CodedPacket packet) {
  timeless_ |= packet.pts == codec::kNoTime;
  if (may_begin(packet)) {
    if (auto done = begin(packet); !done) return done;
  } else if (tail_open_) {
    const bool leading = packet.pts != codec::kNoTime && packet.pts < key_.pts && !packet.discarded();
    if (leading && before_) {
      auto done = has_tail_ ? Result<void>() : append(*before_, key_);
      has_tail_ = true;
      if (done) done = append(*before_, packet);
      if (!done) return done;
    } else if (auto done = settle_tail(); !done) {
      return done;
    }
  }
  // A decoder that starts later must know what changed on the way.
  for (const auto& [type, data] : packet.side_data) {
    if (type != AV_PKT_DATA_NEW_EXTRADATA) continue;
    extradata_ = data;
    if (open_.all_packets == 0) open_.part.stream.extradata = data;
  }
  if (!packet.discarded()) shown_to_ = std::max(shown_to_, packet.pts);
  return append(open_, std::move(packet));
}

// A part that is full goes only when there is more: a segment's last one says where it ends.
Result<void> Segmenter::append(Open& to, codec::CodedPacket packet) {
  codec::Segment& part = to.part;
  if (part.packets.size() >= bounds_.packets || to.part_bytes >= bounds_.bytes) {
    const std::int64_t last = std::exchange(part.last, INT64_MAX);
    if (auto done = give_(to.number, part); !done) return done;
    part.last = last;
    part.packets.clear();
    to.part_bytes = 0;
  }
  to.part_bytes += packet.data.size();
  to.bytes += packet.data.size();
  ++to.all_packets;
  part.packets.push_back(std::move(packet));
  return {};
}

Result<void> Segmenter::begin(const codec::CodedPacket& key) {
  if (auto done = settle_tail(); !done) return done;
  Open next;
  next.number = open_.number + 1;
  next.part.stream = open_.part.stream;
  next.part.stream.extradata = extradata_;
  next.part.first = open_.part.last = key.pts;
  before_ = std::exchange(open_, std::move(next));
  key_ = key;
  tail_open_ = true;
  has_tail_ = false;
  return {};
}

Result<void> Segmenter::settle_tail() {
  tail_open_ = false;
  if (!before_) return {};
  const Open whole = std::move(*std::exchange(before_, std::nullopt));
  return give_(whole.number, whole.part);
}

Result<void> Segmenter::finish() {
  if (auto done = settle_tail(); !done) return done;
  return open_.all_packets == 0 ? Result<void>() : give_(open_.number, open_.part);
}

}  // namespace skirret::cloudenc
