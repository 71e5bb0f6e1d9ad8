#include "codec/container/output_file.hh"
#include "tools/skirret-bench/command.hh"

namespace skirret::bench {

Result<void> write_text_file(const std::string& path, const std::string& text) {
  auto file = codec::OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  if (auto written = file->write(Bytes(bytes, text.size())); !written) return written;
  return file->commit();
}

}  // namespace skirret::bench
