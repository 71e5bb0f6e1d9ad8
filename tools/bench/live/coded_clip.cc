#include "tools/bench/live/coded_clip.hh"

#include <cmath>

#include "codec/container/y4m.hh"

namespace skirret::bench {

Result<void> write_coded_clip(const std::filesystem::path& path, const PictureSource& originals,
                              const FrameCode& code, std::uint64_t frames, Duration frame_interval) {
  codec::Y4mHeader header;
  header.dimensions = code.source();
  header.rate_numerator = static_cast<std::uint32_t>(std::llround(1000 / to_seconds(frame_interval)));
  header.rate_denominator = 1000;
  auto writer = codec::Y4mWriter::create(path, header);
  if (!writer) return tl::unexpected(writer.error());
  for (std::uint64_t frame = 0; frame < frames; ++frame)
    if (auto written = writer->write(code.drawn(originals(frame), frame)); !written) return written;
  return writer->finish();
}

}  // namespace skirret::bench
