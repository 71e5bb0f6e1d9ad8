#include "codec/container/y4m.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

namespace skirret::codec {
namespace {

constexpr std::string_view kMagic = "YUV4MPEG2";
constexpr std::size_t kMaxLine = 4096;
constexpr int kMaxSide = 16383;
constexpr std::array kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};

struct SitingName {
  std::string_view name;
  ChromaSiting siting;
};
constexpr std::array<SitingName, 4> kSitings = {{{"420jpeg", ChromaSiting::kJpeg},
                                                 {"420mpeg2", ChromaSiting::kMpeg2},
                                                 {"420paldv", ChromaSiting::kPalDv},
                                                 {"420", ChromaSiting::kUnstated}}};

// A whole decimal number, or nothing.
template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Reads one tagged parameter into the header; false when its value makes no sense.
bool read_parameter(char tag, std::string_view value, Y4mHeader& header) {
  if (tag == 'W' || tag == 'H') {
    const auto side = number<int>(value);
    if (!side || *side < 1 || *side > kMaxSide) return false;
    (tag == 'W' ? header.dimensions.width : header.dimensions.height) = *side;
  } else if (tag == 'F') {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos) return false;
    const auto numerator = number<std::uint32_t>(value.substr(0, colon));
    const auto denominator = number<std::uint32_t>(value.substr(colon + 1));
    if (!numerator || !denominator) return false;
    header.rate_numerator = *numerator;
    header.rate_denominator = *denominator;
  }
  return true;  // interlacing, aspect and X… do not change the samples
}

Result<Y4mHeader> parse_header(const std::string& name, std::string_view line) {
  Y4mHeader header;
  line.remove_prefix(kMagic.size());
  while (!line.empty()) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    if (word.front() == 'C') {
      const auto known = std::find_if(kSitings.begin(), kSitings.end(),
                                      [&](const SitingName& s) { return s.name == word.substr(1); });
      if (known == kSitings.end())
        return fail(ErrorCode::kUnsupported, name + ": is " + std::string(word) +
                                                 ", not 8-bit 4:2:0: convert with ffmpeg -i " + name +
                                                 " -pix_fmt yuv420p OUT.y4m");
      header.siting = known->siting;
    } else if (!read_parameter(word.front(), word.substr(1), header)) {
      return fail(ErrorCode::kMalformed, name + ": makes no sense at '" + std::string(word) +
                                             "' in its first line (sides are 1 to 16383)");
    }
  }
  if (header.dimensions.width == 0 || header.dimensions.height == 0)
    return fail(ErrorCode::kMalformed, name + ": its first line gives no width or height");
  return header;
}

std::size_t picture_bytes(Dimensions d) {
  const auto width = static_cast<std::size_t>(d.width);
  const auto height = static_cast<std::size_t>(d.height);
  return width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2);
}

Picture picture_of(Dimensions dimensions, Bytes samples) {
  MutablePicture made(dimensions);
  for (const PlaneName name : kPlanes) {
    const MutablePlaneView plane = made.display_plane(name);
    const auto width = static_cast<std::size_t>(plane.width);
    for (int y = 0; y < plane.height; ++y) {
      std::memcpy(plane.row(y), samples.data(), width);
      samples = samples.subspan(width);
    }
  }
  made.extend_margin();
  return Picture(std::move(made));
}

Bytes text_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<Y4mReader> Y4mReader::open(const std::filesystem::path& path) {
  auto stream = InputStream::open(path);
  if (!stream) return tl::unexpected(stream.error());
  return start(std::move(*stream));
}

Result<Y4mReader> Y4mReader::over(Bytes bytes) {
  return start(InputStream::over(bytes));
}

Result<Y4mReader> Y4mReader::start(InputStream stream) {
  Y4mReader reader(std::move(stream));
  const std::string& name = reader.stream_.name();
  const auto line = reader.stream_.read_line(kMaxLine);
  if (!line && line.error().code == ErrorCode::kIo) return tl::unexpected(line.error());
  if (!line || !line->text.starts_with(kMagic) ||
      (line->text.size() > kMagic.size() && line->text[kMagic.size()] != ' '))
    return fail(ErrorCode::kMalformed, name + ": is no Y4M file (it does not begin with YUV4MPEG2)");
  auto header = parse_header(name, line->text);
  if (!header) return tl::unexpected(header.error());
  reader.header_ = *header;
  return reader;
}

Result<std::optional<Picture>> Y4mReader::next() {
  const std::uint64_t at = stream_.position();
  const std::string where = "picture " + std::to_string(index_) + " (at byte " + std::to_string(at) + ")";
  const auto line = stream_.read_line(kMaxLine);
  if (!line) return tl::unexpected(line.error());
  if (line->at_end) return std::optional<Picture>();
  if (line->text != "FRAME" && !line->text.starts_with("FRAME "))
    return fail(ErrorCode::kMalformed, stream_.name() + ": " + where + " does not begin with FRAME");
  const std::size_t size = picture_bytes(header_.dimensions);
  const auto samples = stream_.read(size);
  if (!samples) return tl::unexpected(samples.error());
  if (samples->size() < size) return fail(ErrorCode::kTruncated, stream_.name() + ": ends inside " + where);
  ++index_;
  return std::optional<Picture>(picture_of(header_.dimensions, *samples));
}

Result<Y4mWriter> Y4mWriter::create(const std::filesystem::path& path, const Y4mHeader& header) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  const auto siting = std::find_if(kSitings.begin(), kSitings.end(),
                                   [&](const SitingName& s) { return s.siting == header.siting; });
  const std::string line =
      std::string(kMagic) + " W" + std::to_string(header.dimensions.width) + " H" +
      std::to_string(header.dimensions.height) + " F" + std::to_string(header.rate_numerator) + ":" +
      std::to_string(header.rate_denominator) + " Ip A1:1 C" + std::string(siting->name) + "\n";
  if (auto done = file->write(text_bytes(line)); !done) return tl::unexpected(done.error());
  return Y4mWriter(std::move(*file), header);
}

Result<void> Y4mWriter::write(const Picture& picture) {
  const Dimensions d = picture.dimensions();
  if (d != header_.dimensions)
    return fail(ErrorCode::kInvalid, file_.path().string() + ": a picture of " + std::to_string(d.width) +
                                         "x" + std::to_string(d.height) + " does not fit a Y4M file of " +
                                         std::to_string(header_.dimensions.width) + "x" +
                                         std::to_string(header_.dimensions.height));
  if (auto done = file_.write(text_bytes("FRAME\n")); !done) return done;
  if (auto done = file_.write(i420_bytes(picture)); !done) return done;
  ++frames_;
  return {};
}

ByteVector i420_bytes(const Picture& picture) {
  ByteVector bytes;
  bytes.reserve(picture_bytes(picture.dimensions()));
  for (const PlaneName name : kPlanes) {
    const PlaneView plane = picture.display_plane(name);
    for (int y = 0; y < plane.height; ++y)
      bytes.insert(bytes.end(), plane.row(y), plane.row(y) + plane.width);
  }
  return bytes;
}

}  // namespace skirret::codec
