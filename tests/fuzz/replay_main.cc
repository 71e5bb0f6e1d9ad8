// Stands in for libFuzzer where it is not built in: runs the fuzz target once for each file of the folders
// (or files) named, and fails where there is nothing to run, so that a lost corpus does not pass.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
  std::fprintf(stderr, "%s\n", path.c_str());  // on stderr before the run: the last line names a crasher
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) try {
  std::set<std::filesystem::path> inputs;  // sorted, so that runs read alike
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      inputs.insert(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
      if (entry.is_regular_file()) inputs.insert(entry.path());
  }
  for (const auto& path : inputs) run(path);
  std::printf("%zu inputs\n", inputs.size());
  return inputs.empty() ? 1 : 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
