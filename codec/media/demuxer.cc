#include "codec/media/demuxer.hh"

#include <cmath>
#include <filesystem>
#include <utility>

extern "C" {
#include <libavutil/display.h>
}

#include "codec/media/av_handles.hh"
#include "codec/media/av_log.hh"
#include "codec/media/demuxer_input.hh"

namespace skirret::codec {
namespace {

constexpr std::int64_t kMaxPixels = 8192ll * 8192ll;

int quarter_turns_of(const AVStream* stream) {
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (data == nullptr || size < 9 * sizeof(std::int32_t)) return 0;
  // The angle is counterclockwise: what a player must turn by, so clockwise is its negative.
  const double angle = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(data));
  if (std::isnan(angle)) return 0;
  return static_cast<int>(std::lround(angle / 90.0) % 4 + 4) % 4;
}

CodedStream describe(AVFormatContext* input, AVStream* from) {
  const AVCodecParameters& p = *from->codecpar;
  CodedStream stream;
  stream.codec = avcodec_get_name(p.codec_id);
  stream.tag = p.codec_tag;
  stream.format = p.format;
  stream.profile = p.profile;
  stream.level = p.level;
  stream.width = p.width;
  stream.height = p.height;
  stream.video_delay = p.video_delay;
  stream.color_range = p.color_range;
  stream.bits_per_coded_sample = p.bits_per_coded_sample;
  stream.bits_per_raw_sample = p.bits_per_raw_sample;
  stream.bit_rate = p.bit_rate;
  stream.sample_rate = p.sample_rate;
  stream.channels = p.ch_layout.nb_channels;
  stream.block_align = p.block_align;
  stream.frame_size = p.frame_size;
  stream.initial_padding = p.initial_padding;
  stream.seek_preroll = p.seek_preroll;
  stream.channel_mask = p.ch_layout.order == AV_CHANNEL_ORDER_NATIVE ? p.ch_layout.u.mask : 0;
  stream.time_base = {from->time_base.num, from->time_base.den};
  if (p.codec_type == AVMEDIA_TYPE_VIDEO) {
    const AVRational guess = av_guess_frame_rate(input, from, nullptr);
    if (guess.num > 0 && guess.den > 0 && av_q2d(guess) <= 1000) stream.rate = {guess.num, guess.den};
    stream.quarter_turns = quarter_turns_of(from);
  }
  if (p.extradata != nullptr) stream.extradata.assign(p.extradata, p.extradata + p.extradata_size);
  return stream;
}

CodedPacket copied(const AVPacket& from) {
  CodedPacket packet;
  packet.pts = from.pts == AV_NOPTS_VALUE ? kNoTime : from.pts;
  packet.dts = from.dts == AV_NOPTS_VALUE ? kNoTime : from.dts;
  packet.duration = from.duration;
  packet.flags = from.flags & (AV_PKT_FLAG_KEY | AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD);
  for (int i = 0; i < from.side_data_elems; ++i) {
    const AVPacketSideData& side = from.side_data[i];
    packet.side_data.emplace_back(static_cast<int>(side.type), ByteVector(side.data, side.data + side.size));
  }
  packet.data.assign(from.data, from.data + from.size);
  return packet;
}

// Any container that FFmpeg reads, from a file or from stdin.
class ContainerInput final : public Demuxer::Input {
 public:
  explicit ContainerInput(std::string name) : name_(std::move(name)) {}

  Result<void> start() {
    av::redirect_log();
    const bool piped = name_ == "-";
    std::error_code ignored;
    if (!piped && !std::filesystem::exists(name_, ignored))
      return fail(ErrorCode::kNotFound, name_ + ": no such file: check the path");
    av::Options opening;
    opening.set("protocol_whitelist", piped ? "pipe" : "file");
    AVFormatContext* opened = nullptr;
    const std::string url = piped ? "pipe:0" : "file:" + name_;
    const AVInputFormat* format = piped ? av_find_input_format("yuv4mpegpipe") : nullptr;
    const int code = avformat_open_input(&opened, url.c_str(), format, opening.pointer());
    context_.reset(opened);
    if (code < 0) return refused(code);
    if (const int found = avformat_find_stream_info(context_.get(), nullptr); found < 0)
      return refused(found);
    return choose_streams();
  }

  Result<std::optional<Demuxer::Packet>> next() override {
    while (true) {
      static_cast<void>(av::take_last_error());
      const int code = av_read_frame(context_.get(), packet_.get());
      if (code == AVERROR(EAGAIN)) continue;
      if (code < 0) {
        // A file that is cut off ends as whole ones do, but not without a word.
        const std::string said = av::take_last_error();
        const bool failed =
            code != AVERROR_EOF || !said.empty() || (context_->pb != nullptr && context_->pb->error < 0);
        if (failed) damage_ = said.empty() ? av::error_text(code) : said;
        return std::optional<Demuxer::Packet>();
      }
      std::optional<Demuxer::Packet> made;
      if (packet_->stream_index == video_index_) made = {StreamKind::kVideo, copied(*packet_)};
      if (packet_->stream_index == sound_index_) made = {StreamKind::kSound, copied(*packet_)};
      av_packet_unref(packet_.get());
      if (made) return made;
    }
  }

 private:
  tl::unexpected<Error> refused(int code) const {
    const std::string said = av::take_last_error();
    const std::string why = said.empty() ? av::error_text(code) : said;
    if (name_ == "-")
      return fail(ErrorCode::kUnsupported, "stdin: is no YUV4MPEG2 stream (" + why +
                                               "): pipe one in, e.g. ffmpeg -i IN -f yuv4mpegpipe -");
    if (code == AVERROR(EACCES) || code == AVERROR(EPERM))
      return fail(ErrorCode::kIo, name_ + ": cannot be read: " + av::error_text(code));
    return fail(ErrorCode::kUnsupported,
                name_ + ": is no video that FFmpeg can read (" + why + "): check that the file is whole");
  }

  Result<void> choose_streams() {
    AVFormatContext* const input = context_.get();
    video_index_ = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (video_index_ < 0 || (input->streams[video_index_]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
      return fail(ErrorCode::kUnsupported, name_ + ": holds no video: give a file with moving pictures");
    sound_index_ = av_find_best_stream(input, AVMEDIA_TYPE_AUDIO, -1, video_index_, nullptr, 0);
    for (unsigned i = 0; i < input->nb_streams; ++i)
      if (static_cast<int>(i) != video_index_ && static_cast<int>(i) != sound_index_)
        input->streams[i]->discard = AVDISCARD_ALL;
    video_ = describe(input, input->streams[video_index_]);
    if (std::int64_t{video_.width} * video_.height > kMaxPixels)
      return fail(ErrorCode::kLimit, name_ + ": is " + std::to_string(video_.width) + "x" +
                                         std::to_string(video_.height) +
                                         ", above the limit of 8192x8192 pixels: scale it down first");
    if (sound_index_ >= 0) sound_ = describe(input, input->streams[sound_index_]);
    return {};
  }

  std::string name_;
  av::FormatContext context_;
  av::Packet packet_{av_packet_alloc()};
  int video_index_ = -1, sound_index_ = -1;
};

}  // namespace

Demuxer::Demuxer(std::unique_ptr<Input> input) : input_(std::move(input)) {}
Demuxer::Demuxer(Demuxer&&) noexcept = default;
Demuxer& Demuxer::operator=(Demuxer&&) noexcept = default;
Demuxer::~Demuxer() = default;

const CodedStream& Demuxer::video() const {
  return input_->video();
}
const std::optional<CodedStream>& Demuxer::sound() const {
  return input_->sound();
}
const std::string& Demuxer::damage() const {
  return input_->damage();
}
Result<std::optional<Demuxer::Packet>> Demuxer::next() {
  return input_->next();
}

Result<Demuxer> Demuxer::open(const std::string& input, TimeBase picture_rate) {
  if (input.empty()) return fail(ErrorCode::kInvalid, "the input's name is empty: name a file");
  if (is_picture_sequence(input)) {
    auto pictures = open_picture_sequence(input, picture_rate);
    if (!pictures) return tl::unexpected(pictures.error());
    return Demuxer(std::move(*pictures));
  }
  auto container = std::make_unique<ContainerInput>(input);
  if (auto done = container->start(); !done) return tl::unexpected(done.error());
  return Demuxer(std::move(container));
}

}  // namespace skirret::codec
