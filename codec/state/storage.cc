// Saving and loading. Layout of a blob, little-endian:
//
//   "SkSt" version:1 pictures:1 (distinct ones, 0..3) which:1 (last | golden << 2 | altref << 4) map:1
//   fields (canonical.hh)  id:8  then one zstd frame of: [map bytes] and each distinct picture's planes Y, U,
//   V
//
// All sizes follow from the plain part, so they are known and checked before anything is allocated.
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <zstd.h>

#include "codec/base/check.hh"
#include "codec/state/canonical.hh"

namespace skirret::codec {
namespace {

constexpr std::uint32_t kMagic = 0x74536b53;  // "SkSt"
constexpr std::uint8_t kVersion = 1;
constexpr int kCompressionLevel = 1;
constexpr std::array<PlaneName, 3> kPlanes = {PlaneName::kY, PlaneName::kU, PlaneName::kV};

std::size_t picture_bytes(Dimensions d) {
  const auto luma =
      static_cast<std::size_t>(d.aligned_width()) * static_cast<std::size_t>(d.aligned_height());
  return luma + luma / 2;
}

void append_picture(const Picture& picture, ByteVector& to) {
  for (const PlaneName name : kPlanes) {
    const PlaneView plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y) to.insert(to.end(), plane.row(y), plane.row(y) + plane.width);
  }
}

Picture take_picture(Dimensions dimensions, ByteReader& from) {
  MutablePicture picture(dimensions);
  for (const PlaneName name : kPlanes) {
    const MutablePlaneView plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y) {
      const Bytes row = from.take(static_cast<std::size_t>(plane.width));
      SKIRRET_CHECK(from.ok());
      std::memcpy(plane.row(y), row.data(), row.size());
    }
  }
  return Picture(std::move(picture));
}

struct Preamble {
  std::size_t pictures = 0;
  std::array<std::size_t, 3> which{};  // distinct picture of last, golden, altref
  bool has_map = false;
};

Result<Preamble> read_preamble(ByteReader& from) {
  const std::uint32_t magic = from.u32le();
  const std::uint8_t version = from.u8();
  Preamble preamble;
  preamble.pictures = from.u8();
  const std::uint8_t which = from.u8();
  const std::uint8_t has_map = from.u8();
  if (!from.ok()) return fail(ErrorCode::kTruncated, "stored state ends inside its preamble");
  if (magic != kMagic) return fail(ErrorCode::kMalformed, "not a stored state");
  if (version != kVersion)
    return fail(ErrorCode::kUnsupported, "stored state of version " + std::to_string(version));
  for (std::size_t i = 0; i < 3; ++i) preamble.which[i] = which >> (2 * i) & 3;
  preamble.has_map = has_map == 1;
  bool valid = preamble.pictures <= 3 && which < 64 && has_map < 2;
  for (const auto index : preamble.which)
    valid &= index < preamble.pictures || (index == 0 && preamble.pictures == 0);
  if (!valid) return fail(ErrorCode::kMalformed, "stored state has an impossible preamble");
  return preamble;
}

Result<ByteVector> decompress(Bytes blob, std::size_t expected) {
  const unsigned long long stated = ZSTD_getFrameContentSize(blob.data(), blob.size());
  if (stated != expected)
    return fail(ErrorCode::kMalformed, "stored state's samples have another size than stated");
  ByteVector plain(expected);
  const std::size_t made = ZSTD_decompress(plain.data(), plain.size(), blob.data(), blob.size());
  if (ZSTD_isError(made) != 0 || made != expected)
    return fail(ErrorCode::kMalformed, "stored state's samples do not decompress");
  return plain;
}

}  // namespace

ByteVector save(const State& state) {
  const std::array<const Picture*, 3> references = {&state.last, &state.golden, &state.altref};
  std::array<const Picture*, 3> distinct{};
  std::size_t count = 0;
  std::uint8_t which = 0;
  for (std::size_t i = 0; i < 3 && state.has_pictures(); ++i) {
    std::size_t index = 0;
    while (index < count && !(*distinct[index] == *references[i])) ++index;
    if (index == count) distinct[count++] = references[i];
    which = static_cast<std::uint8_t>(which | index << (2 * i));
  }
  ByteWriter writer;
  writer.u32le(kMagic);
  writer.u8(kVersion);
  writer.u8(static_cast<std::uint8_t>(count));
  writer.u8(which);
  writer.u8(state.segment_map != nullptr ? 1 : 0);
  write_canonical_fields(state, writer);
  writer.u64le(state.id().value);

  ByteVector plain;
  if (state.segment_map) plain = *state.segment_map;
  for (std::size_t i = 0; i < count; ++i) append_picture(*distinct[i], plain);
  ByteVector packed(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), kCompressionLevel);
  SKIRRET_CHECK(ZSTD_isError(size) == 0);
  writer.bytes(Bytes(packed).first(size));
  return std::move(writer).take();
}

Result<State> load(Bytes blob, std::uint64_t max_pixels) {
  ByteReader reader(blob);
  const auto preamble = read_preamble(reader);
  if (!preamble) return tl::unexpected(preamble.error());
  auto state = read_canonical_fields(reader);
  if (!state) return state;
  const std::uint64_t id = reader.u64le();
  if (!reader.ok()) return fail(ErrorCode::kTruncated, "stored state ends before its samples");

  const Dimensions dimensions = state->dimensions;
  const bool sized = dimensions.width > 0 && dimensions.height > 0;
  if (sized != (preamble->pictures > 0) || (preamble->has_map && !sized))
    return fail(ErrorCode::kMalformed, "stored state's pictures and size disagree");
  if (static_cast<std::uint64_t>(dimensions.width) * static_cast<std::uint64_t>(dimensions.height) >
      max_pixels)
    return fail(ErrorCode::kLimit, "stored state's pictures are larger than allowed");
  const auto map_bytes = preamble->has_map ? static_cast<std::size_t>(dimensions.mb_count()) : 0;
  const std::size_t picture_total =
      preamble->pictures > 0 ? preamble->pictures * picture_bytes(dimensions) : 0;
  const auto plain = decompress(reader.rest(), map_bytes + picture_total);
  if (!plain) return tl::unexpected(plain.error());

  ByteReader samples(*plain);
  if (preamble->has_map) {
    const Bytes map = samples.take(map_bytes);
    for (const auto segment : map)
      if (segment > 3) return fail(ErrorCode::kMalformed, "stored state's segment map has an id above 3");
    state->segment_map = std::make_shared<const std::vector<std::uint8_t>>(map.begin(), map.end());
  }
  std::array<Picture, 3> pictures;
  for (std::size_t i = 0; i < preamble->pictures; ++i) pictures[i] = take_picture(dimensions, samples);
  state->last = pictures[preamble->which[0]];
  state->golden = pictures[preamble->which[1]];
  state->altref = pictures[preamble->which[2]];
  if (state->id().value != id)
    return fail(ErrorCode::kMalformed, "stored state does not have the id it was saved with");
  return state;
}

}  // namespace skirret::codec
