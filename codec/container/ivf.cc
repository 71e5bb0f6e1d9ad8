#include "codec/container/ivf.hh"

#include <string>
#include <utility>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"

namespace skirret::codec {
namespace {

constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 12;
constexpr std::uint32_t kMaxFrameBytes = 256u << 20;
constexpr std::array<std::uint8_t, 4> kMagic = {'D', 'K', 'I', 'F'};

ByteVector header_bytes(const IvfHeader& header) {
  ByteWriter writer;
  writer.bytes(kMagic);
  writer.u16le(0);
  writer.u16le(kHeaderBytes);
  for (const char c : header.fourcc) writer.u8(static_cast<std::uint8_t>(c));
  writer.u16le(static_cast<std::uint16_t>(header.width));
  writer.u16le(static_cast<std::uint16_t>(header.height));
  writer.u32le(header.rate);
  writer.u32le(header.scale);
  writer.u32le(header.frame_count);
  writer.u32le(0);
  return std::move(writer).take();
}

IvfHeader parse_header(ByteReader reader) {
  IvfHeader header;
  reader.take(8);  // magic, version, header length
  for (char& c : header.fourcc) c = static_cast<char>(reader.u8());
  header.width = reader.u16le();
  header.height = reader.u16le();
  header.rate = reader.u32le();
  header.scale = reader.u32le();
  header.frame_count = reader.u32le();
  return header;
}

}  // namespace

Result<IvfReader> IvfReader::open(const std::filesystem::path& path) {
  auto stream = InputStream::open(path);
  if (!stream) return tl::unexpected(stream.error());
  return start(std::move(*stream));
}

Result<IvfReader> IvfReader::over(Bytes bytes) {
  return start(InputStream::over(bytes));
}

Result<IvfReader> IvfReader::start(InputStream stream) {
  IvfReader reader(std::move(stream));
  const auto bytes = reader.stream_.read(kHeaderBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string& name = reader.stream_.name();
  if (bytes->size() < kMagic.size() || !std::equal(kMagic.begin(), kMagic.end(), bytes->begin()))
    return fail(ErrorCode::kMalformed,
                name + ": is no IVF file (it does not begin with DKIF): convert with ffmpeg");
  if (bytes->size() < kHeaderBytes) return fail(ErrorCode::kTruncated, name + ": ends inside the IVF header");
  reader.header_ = parse_header(ByteReader(*bytes));
  return reader;
}

Result<std::optional<IvfFrame>> IvfReader::next() {
  const std::uint64_t at = stream_.position();
  const auto cut = [&](const char* what) {
    return fail(ErrorCode::kTruncated, stream_.name() + ": ends inside " + what + " of frame " +
                                           std::to_string(index_) + " (which begins at byte " +
                                           std::to_string(at) + "): the frames before it are whole");
  };
  const auto head = stream_.read(kFrameHeaderBytes);
  if (!head) return tl::unexpected(head.error());
  if (head->empty()) return std::optional<IvfFrame>();
  if (head->size() < kFrameHeaderBytes) return cut("the header");
  ByteReader fields(*head);
  const std::uint32_t size = fields.u32le();
  IvfFrame frame;
  frame.pts = fields.u64le();
  if (size > kMaxFrameBytes)
    return fail(ErrorCode::kLimit, stream_.name() + ": frame " + std::to_string(index_) + " at byte " +
                                       std::to_string(at) + " claims " + std::to_string(size) +
                                       " bytes: the file is damaged there");
  const auto data = stream_.read(size);
  if (!data) return tl::unexpected(data.error());
  if (data->size() < size) return cut("the data");
  frame.data = *data;
  ++index_;
  return std::optional<IvfFrame>(frame);
}

Result<IvfWriter> IvfWriter::create(const std::filesystem::path& path, const IvfHeader& header) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (auto done = file->write(header_bytes(header)); !done) return tl::unexpected(done.error());
  return IvfWriter(std::move(*file), header);
}

Result<void> IvfWriter::write(std::uint64_t pts, Bytes frame) {
  if (frame.size() > kMaxFrameBytes) return fail(ErrorCode::kLimit, "a frame above 256 MiB does not fit IVF");
  ByteWriter writer;
  writer.u32le(static_cast<std::uint32_t>(frame.size()));
  writer.u64le(pts);
  if (auto done = file_.write(writer.view()); !done) return done;
  if (auto done = file_.write(frame); !done) return done;
  ++frames_;
  return {};
}

Result<void> IvfWriter::rewrite_header() {
  header_.frame_count = frames_;
  if (!file_.can_overwrite()) return {};
  return file_.overwrite(0, header_bytes(header_));
}

Result<void> IvfWriter::finish() {
  if (auto done = rewrite_header(); !done) return done;
  return file_.commit();
}

Result<std::filesystem::path> IvfWriter::finish_partial() {
  if (auto done = rewrite_header(); !done) return tl::unexpected(done.error());
  return file_.keep_partial();
}

}  // namespace skirret::codec
