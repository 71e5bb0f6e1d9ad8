#include "tests/support/data.hh"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace skirret::test {

std::optional<std::filesystem::path> data_folder() {
  const char* named = std::getenv("SKIRRET_DATA");
  const std::filesystem::path folder =
      named != nullptr ? named : std::filesystem::path(SKIRRET_SOURCE_DIR) / ".." / "shared" / "data";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
  return folder;
}

std::optional<std::filesystem::path> data_file(const std::string& relative) {
  const auto folder = data_folder();
  if (!folder) return std::nullopt;
  std::error_code error;
  auto path = *folder / relative;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  return path;
}

bool data_required() {
  const char* required = std::getenv("SKIRRET_REQUIRE_DATA");
  return required != nullptr && std::string_view(required) == "1";
}

ByteVector read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace skirret::test
