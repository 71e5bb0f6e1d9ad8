#include "cloudenc/functions/blobs.hh"

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "codec/base/byte_reader.hh"
#include "codec/base/byte_writer.hh"
#include "codec/container/ivf.hh"
#include "codec/state/canonical.hh"

namespace skirret::cloudenc {
namespace {

using codec::Dimensions;
using codec::Picture;
using codec::PlaneName;
using codec::State;

constexpr std::array kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};
constexpr int kMaxSide = 16383;

std::size_t sample_count(Dimensions d) {
  return static_cast<std::size_t>(d.aligned_width()) * static_cast<std::size_t>(d.aligned_height()) * 3 / 2;
}

struct Distinct {
  std::vector<const Picture*> pictures;
  std::uint8_t which = 0;
};

Distinct distinct_pictures(const State& state) {
  Distinct distinct;
  if (!state.has_pictures()) return distinct;
  int shift = 0;
  for (const Picture* reference : {&state.last, &state.golden, &state.altref}) {
    std::size_t index = 0;
    while (index < distinct.pictures.size() && !(*distinct.pictures[index] == *reference)) ++index;
    if (index == distinct.pictures.size()) distinct.pictures.push_back(reference);
    distinct.which = static_cast<std::uint8_t>(distinct.which | index << shift);
    shift += 2;
  }
  return distinct;
}

ByteVector context_bytes(const State& state, std::uint8_t which) {
  ByteWriter writer;
  codec::write_canonical_fields(state, writer);
  writer.u8(which);
  writer.u8(state.segment_map != nullptr ? 1 : 0);
  if (state.segment_map) writer.bytes(*state.segment_map);
  return std::move(writer).take();
}

struct Context {
  State state;  // without pictures
  std::uint8_t which = 0;
};

Result<Context> read_context(Bytes blob) {
  ByteReader reader(blob);
  auto state = codec::read_canonical_fields(reader);
  if (!state) return tl::unexpected(state.error());
  if ((state->dimensions.width == 0) != (state->dimensions.height == 0))
    return fail(ErrorCode::kMalformed, "stored state has half a size");
  Context context{std::move(*state), reader.u8()};
  const std::uint8_t has_map = reader.u8();
  if (context.which > 0b11'1111 || has_map > 1)
    return fail(ErrorCode::kMalformed, "stored state has a field out of range");
  if (has_map == 1) {
    const Bytes map = reader.take(static_cast<std::size_t>(context.state.dimensions.mb_count()));
    for (const std::uint8_t segment : map)
      if (segment > 3) return fail(ErrorCode::kMalformed, "stored segment map has an id above 3");
    context.state.segment_map = std::make_shared<const std::vector<std::uint8_t>>(map.begin(), map.end());
  }
  if (!reader.at_end()) return fail(ErrorCode::kMalformed, "stored state's fields have another length");
  return context;
}

}  // namespace

ByteVector picture_blob(const Picture& picture) {
  const Dimensions d = picture.dimensions();
  ByteWriter header;
  header.u16le(static_cast<std::uint16_t>(d.width));
  header.u16le(static_cast<std::uint16_t>(d.height));
  ByteVector blob = std::move(header).take();
  blob.reserve(blob.size() + sample_count(d));
  for (const PlaneName name : kPlanes) {
    const codec::PlaneView plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y) blob.insert(blob.end(), plane.row(y), plane.row(y) + plane.width);
  }
  return blob;
}

Result<Picture> picture_of(Bytes blob) {
  ByteReader reader(blob);
  Dimensions d;
  d.width = reader.u16le();
  d.height = reader.u16le();
  if (d.width < 1 || d.height < 1 || d.width > kMaxSide || d.height > kMaxSide ||
      reader.remaining() != sample_count(d))
    return fail(ErrorCode::kMalformed, "stored picture has another size than it says");
  codec::MutablePicture picture(d);
  for (const PlaneName name : kPlanes) {
    const codec::MutablePlaneView plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y) {
      const Bytes row = reader.take(static_cast<std::size_t>(plane.width));
      std::memcpy(plane.row(y), row.data(), row.size());
    }
  }
  return Picture(std::move(picture));
}

std::vector<ByteVector> state_blobs(const State& state) {
  const Distinct distinct = distinct_pictures(state);
  std::vector<ByteVector> blobs = {context_bytes(state, distinct.which)};
  for (const Picture* picture : distinct.pictures) blobs.push_back(picture_blob(*picture));
  return blobs;
}

ByteVector context_blob(const State& state) {
  return context_bytes(state, distinct_pictures(state).which);
}

Result<State> state_of(std::span<const ByteVector> blobs) {
  if (blobs.empty()) return fail(ErrorCode::kMalformed, "stored state without blobs");
  auto context = read_context(blobs[0]);
  if (!context) return tl::unexpected(context.error());
  std::vector<Picture> pictures;
  for (const ByteVector& blob : blobs.subspan(1)) {
    auto picture = picture_of(blob);
    if (!picture) return tl::unexpected(picture.error());
    if (picture->dimensions() != context->state.dimensions)
      return fail(ErrorCode::kMalformed, "stored state's pictures have another size");
    pictures.push_back(std::move(*picture));
  }
  int shift = 0;
  for (Picture* reference : {&context->state.last, &context->state.golden, &context->state.altref}) {
    const std::size_t index = context->which >> shift & 3u;
    if (!pictures.empty() && index >= pictures.size())
      return fail(ErrorCode::kMalformed, "stored state names a picture that it does not have");
    if (!pictures.empty()) *reference = pictures[index];
    shift += 2;
  }
  return std::move(context->state);
}

Result<State> context_of(Bytes blob) {
  auto context = read_context(blob);
  if (!context) return tl::unexpected(context.error());
  State& state = context->state;
  if (state.dimensions.width > 0)
    state.last = state.golden = state.altref = Picture::solid(state.dimensions, 128, 128, 128);
  return std::move(state);
}

ByteVector ivf_blob(Dimensions dimensions, std::span<const ByteVector> frames) {
  ByteWriter writer;
  for (const char letter : {'D', 'K', 'I', 'F'}) writer.u8(static_cast<std::uint8_t>(letter));
  writer.u16le(0);
  writer.u16le(32);
  for (const char letter : {'V', 'P', '8', '0'}) writer.u8(static_cast<std::uint8_t>(letter));
  writer.u16le(static_cast<std::uint16_t>(dimensions.width));
  writer.u16le(static_cast<std::uint16_t>(dimensions.height));
  writer.u32le(30);
  writer.u32le(1);
  writer.u32le(static_cast<std::uint32_t>(frames.size()));
  writer.u32le(0);
  std::uint64_t time = 0;
  for (const ByteVector& frame : frames) {
    writer.u32le(static_cast<std::uint32_t>(frame.size()));
    writer.u64le(time++);
    writer.bytes(frame);
  }
  return std::move(writer).take();
}

Result<std::vector<ByteVector>> frames_of(Bytes ivf) {
  auto reader = codec::IvfReader::over(ivf);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<ByteVector> frames;
  while (true) {
    const auto frame = reader->next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) return frames;
    frames.emplace_back((*frame)->data.begin(), (*frame)->data.end());
  }
}

}  // namespace skirret::cloudenc
