#include "tools/skirret-bench/gnuplot.hh"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace skirret::bench {
namespace {

namespace fs = std::filesystem;

// A folder of its own under the system's temporary folder, gone with the object.
class ScratchFolder {
 public:
  static Result<ScratchFolder> make() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "skirret-plot-XXXXXX").string();
    if (error || mkdtemp(name.data()) == nullptr) {
      return fail(ErrorCode::kIo, "cannot make a temporary folder: " + std::string(std::strerror(errno)));
    }
    return ScratchFolder(name);
  }
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit ScratchFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

std::string read_all(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

fs::path svg_path(const fs::path& folder, std::size_t index) {
  return folder / (std::to_string(index) + ".svg");
}

std::string script_of(const std::vector<Plot>& plots, const fs::path& folder) {
  std::string script;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    script += "reset\nset terminal svg size " + std::to_string(plots[i].width) + "," +
              std::to_string(plots[i].height) + " dynamic font 'sans-serif,13'\n";
    script += "set output '" + svg_path(folder, i).string() + "'\n" + plots[i].commands + "\n";
  }
  return script + "set output\n";
}

// Runs gnuplot on a script with its messages in a file; gives the exit status, or -1 when it cannot start.
int spawn_gnuplot(const std::string& script, const std::string& messages) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  std::string program = "gnuplot";
  std::string argument = script;
  const std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// Makes an SVG file's text one element of a page: no prologue, ids of its own, colours by style variable.
std::string embeddable(std::string svg, std::size_t index) {
  if (const auto start = svg.find("<svg"); start != std::string::npos) svg.erase(0, start);
  const std::string own = "p" + std::to_string(index) + "-";
  static const std::regex ids("(id=['\"]|#)(gp[A-Z]|gnuplot|textbox|greybox)");
  svg = std::regex_replace(svg, ids, "$1" + own + "$2");
  static const std::regex title("<title>[^<]*</title>\\s*<desc>[^<]*</desc>");
  svg = std::regex_replace(svg, title, "", std::regex_constants::format_first_only);
  static const std::array<const char*, 7> variables{"text", "grid", "1", "2", "3", "4", "5"};
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::regex stand_in("rgb\\(\\s*12,\\s*12,\\s*" + std::to_string(i + 1) + "\\)");
    svg = std::regex_replace(svg, stand_in, std::string("var(--chart-") + variables[i] + ")");
  }
  return svg;
}

}  // namespace

std::string colour_name(ChartColour colour) {
  return "rgb '#0c0c0" + std::to_string(static_cast<int>(colour)) + "'";
}

Result<std::vector<std::string>> run_gnuplot(const std::vector<Plot>& plots) {
  auto folder = ScratchFolder::make();
  if (!folder) return tl::unexpected(folder.error());
  const fs::path script = folder->path() / "charts.gp";
  const fs::path messages = folder->path() / "messages";
  std::ofstream(script, std::ios::binary) << script_of(plots, folder->path());
  const int status = spawn_gnuplot(script.string(), messages.string());
  if (status == -1 || status == 127) {
    return fail(ErrorCode::kNotFound,
                "gnuplot does not start: install the package gnuplot-nox (tools/setup demo)");
  }
  const std::string said = read_all(messages);
  if (status != 0) return fail(ErrorCode::kIo, "gnuplot failed: " + said);
  std::vector<std::string> drawn;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const std::string svg = read_all(svg_path(folder->path(), i));
    if (svg.find("</svg>") == std::string::npos)
      return fail(ErrorCode::kIo, "gnuplot drew no whole chart: " + said);
    drawn.push_back(embeddable(svg, i));
  }
  return drawn;
}

}  // namespace skirret::bench
