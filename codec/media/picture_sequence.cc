#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "codec/media/av_handles.hh"
#include "codec/media/demuxer_input.hh"

namespace skirret::codec {
namespace {

namespace fs = std::filesystem;

const std::regex& number_field() {
  static const std::regex field("%(0([0-9]))?d");
  return field;
}

std::string numbered(const std::string& pattern, int number) {
  std::smatch match;
  std::regex_search(pattern, match, number_field());
  const std::string digits = std::to_string(number);
  const std::size_t width = match[2].matched ? static_cast<std::size_t>(match[2].str()[0] - '0') : 0;
  const std::string zeros(width > digits.size() ? width - digits.size() : 0, '0');
  return match.prefix().str() + zeros + digits + match.suffix().str();
}

std::vector<fs::path> files_of_folder(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::string extension = entry.path().extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (extension == ".png" && entry.is_regular_file(error)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> files_of_pattern(const std::string& pattern) {
  std::vector<fs::path> files;
  std::error_code ignored;
  int number = 0;
  while (number < 4 && !fs::exists(numbered(pattern, number), ignored)) ++number;
  for (; fs::exists(numbered(pattern, number), ignored); ++number)
    files.emplace_back(numbered(pattern, number));
  return files;
}

// Each file is one packet, and each a key frame.
class PictureSequence final : public Demuxer::Input {
 public:
  PictureSequence(std::vector<fs::path> files, TimeBase rate) : files_(std::move(files)) {
    video_.codec = "png";
    video_.rate = rate;
    video_.time_base = {rate.denominator, rate.numerator};
  }

  Result<std::optional<Demuxer::Packet>> next() override {
    if (index_ == files_.size()) return std::optional<Demuxer::Packet>();
    std::ifstream file(files_[index_], std::ios::binary);
    Demuxer::Packet made;
    made.packet.data.assign(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad())
      return fail(ErrorCode::kIo, files_[index_].string() + ": cannot be read: check its permissions");
    made.packet.pts = made.packet.dts = static_cast<std::int64_t>(index_++);
    made.packet.duration = 1;
    made.packet.flags = AV_PKT_FLAG_KEY;
    return std::optional<Demuxer::Packet>(std::move(made));
  }

 private:
  std::vector<fs::path> files_;
  std::size_t index_ = 0;
};

}  // namespace

bool is_picture_sequence(const std::string& input) {
  std::error_code ignored;
  if (fs::is_directory(input, ignored)) return true;
  return !fs::exists(input, ignored) && std::regex_search(input, number_field());
}

Result<std::unique_ptr<Demuxer::Input>> open_picture_sequence(const std::string& input, TimeBase rate) {
  std::error_code ignored;
  const bool folder = fs::is_directory(input, ignored);
  std::vector<fs::path> files = folder ? files_of_folder(input) : files_of_pattern(input);
  if (files.empty())
    return fail(ErrorCode::kNotFound,
                input + (folder ? ": this folder holds no .png files"
                                : ": no such files: numbers count from 0..4 without a gap"));
  return std::make_unique<PictureSequence>(std::move(files), rate);
}

}  // namespace skirret::codec
