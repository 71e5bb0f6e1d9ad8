#include "cloudenc/ingest/ingest.hh"

#include <functional>
#include <utility>

#include <spdlog/spdlog.h>

#include "codec/media/demuxer.hh"

namespace skirret::cloudenc {
namespace {

// Of sound: a bound on memory, not a place to cut it; one task takes all of them.
constexpr std::size_t kSoundBytes = std::size_t{8} << 20;

using Put = std::function<Result<void>(const codec::Segment&, BlobGroup& to)>;

class SoundCollector {
 public:
  SoundCollector(const codec::CodedStream& stream, Put put, BlobGroup& to) : put_(std::move(put)), to_(to) {
    segment_.stream = stream;
  }

  Result<void> add(codec::CodedPacket packet) {
    bytes_ += packet.data.size();
    segment_.packets.push_back(std::move(packet));
    return bytes_ < kSoundBytes ? Result<void>() : finish();
  }

  Result<void> finish() {
    if (segment_.packets.empty()) return {};
    if (auto done = put_(segment_, to_); !done) return done;
    segment_.packets.clear();
    bytes_ = 0;
    return {};
  }

 private:
  Put put_;
  BlobGroup& to_;
  codec::Segment segment_;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<Recording> ingest(const std::string& input, codec::TimeBase picture_rate, Store& store, bool check,
                         Segmenter::Bounds bounds) {
  auto demuxer = codec::Demuxer::open(input, picture_rate);
  if (!demuxer) return tl::unexpected(demuxer.error());
  Recording recording;
  recording.name = input;
  recording.time_base = demuxer->video().time_base;
  recording.sound_stream = demuxer->sound();
  const Put put = [&store, check](const codec::Segment& segment, BlobGroup& to) -> Result<void> {
    const ByteVector blob = codec::save(segment);
    auto hash = store.put(blob, Durability::kSynced);
    if (hash && check && !store.get(*hash)) hash = store.put(blob, Durability::kSynced);
    if (!hash) return tl::unexpected(hash.error());
    to.push_back(*hash);
    return {};
  };
  Segmenter segmenter(demuxer->video(), bounds, [&](std::size_t number, const codec::Segment& part) {
    if (number >= recording.video.size()) recording.video.resize(number + 1);
    return put(part, recording.video[number]);
  });
  SoundCollector sound(recording.sound_stream.value_or(codec::CodedStream{}), put, recording.sound);
  while (true) {
    auto packet = demuxer->next();
    if (!packet) return tl::unexpected(packet.error());
    if (!*packet) break;
    auto done = (*packet)->kind == codec::StreamKind::kVideo ? segmenter.add(std::move((*packet)->packet))
                                                             : sound.add(std::move((*packet)->packet));
    if (!done) return tl::unexpected(done.error());
  }
  auto done = segmenter.finish();
  if (done) done = sound.finish();
  if (!done) return tl::unexpected(done.error());
  recording.damage = demuxer->damage();
  if (!recording.damage.empty())
    spdlog::warn("{}: reading ended early ({}): what was read is encoded", input, recording.damage);
  if (recording.video.empty())
    return fail(ErrorCode::kUnsupported, input + ": holds no picture: check that the file is whole");
  if (recording.sound.empty()) recording.sound_stream.reset();
  return recording;
}

}  // namespace skirret::cloudenc
