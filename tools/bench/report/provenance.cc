#include "tools/bench/report/provenance.hh"

#include <cstdio>
#include <fstream>
#include <thread>

#include <sys/utsname.h>
extern "C" {
#include <libavutil/avutil.h>
}
#include <vpx/vpx_codec.h>

#include "codec/kernels/encoder_kernels.hh"
#include "codec/kernels/reconstruction_kernels.hh"

namespace skirret::bench {
namespace {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

// By its own word; empty where there is none.
std::string chromium_version() {
  std::FILE* pipe = popen("chromium --version 2>/dev/null", "r");
  if (pipe == nullptr) return {};
  char line[200] = "";
  const bool said = std::fgets(line, sizeof line, pipe) != nullptr;
  pclose(pipe);
  std::string version = said ? line : "";
  while (!version.empty() && (version.back() == '\n' || version.back() == ' ')) version.pop_back();
  return version;
}

}  // namespace

nlohmann::ordered_json machine_json() {
  utsname system{};
  uname(&system);
  return {{"cpu", cpu_name()},
          {"cores", std::thread::hardware_concurrency()},
          {"system", std::string(system.sysname) + " " + system.release + " " + system.machine},
          {"kernels",
           {{"encoder", codec::encoder_kernels().name},
            {"reconstruction", codec::reconstruction_kernels().name}}}};
}

nlohmann::ordered_json versions_json(const std::string& skirret) {
  nlohmann::ordered_json versions = {{"skirret", skirret},
                                     {"compiler", __VERSION__},
                                     {"libvpx", vpx_codec_version_str()},
                                     {"ffmpeg", av_version_info()}};
  if (const std::string chromium = chromium_version(); !chromium.empty()) versions["chromium"] = chromium;
  return versions;
}

}  // namespace skirret::bench
