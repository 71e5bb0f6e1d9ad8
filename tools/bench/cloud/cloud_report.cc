#include <array>
#include <cstdio>

#include <vpx/vpx_codec.h>

#include "tools/bench/cloud/measure_cloud.hh"

namespace skirret::bench {
namespace {

std::string formatted(const char* format, auto... values) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

}  // namespace

std::vector<ComparedFigure> cloud_compared_figures() {
  return {{"extra_bits_percent", "bits at equal SSIM beside libvpx", "%", true, 0.2, 0},
          {"cpu_ratio", "CPU beside libvpx", "", true, 0.02, 0.05}};
}

nlohmann::ordered_json cloud_json(const std::vector<CloudFigures>& figures) {
  nlohmann::ordered_json clips = nlohmann::ordered_json::array();
  nlohmann::ordered_json groups = nlohmann::ordered_json::array();
  for (const CloudFigures& clip : figures) {
    nlohmann::ordered_json curves = nlohmann::ordered_json::array();
    for (const CloudCurve& curve : clip.curves) {
      nlohmann::ordered_json points = nlohmann::ordered_json::array();
      for (const CloudPoint& point : curve.points)
        points.push_back({{"quality", point.quality},
                          {"kbps", point.kbps},
                          {"ssim_db", point.ssim_db},
                          {"worst_ssim_db", point.worst_ssim_db},
                          {"cpu_s", point.cpu_seconds}});
      nlohmann::ordered_json json = {
          {"name", curve.name}, {"cpu_ratio", curve.cpu_ratio}, {"points", std::move(points)}};
      nlohmann::ordered_json values = {{"cpu_ratio", {curve.cpu_ratio}}};
      if (curve.bits) {
        json["extra_bits_percent"] = *curve.bits;
        values["extra_bits_percent"] = {*curve.bits};
      }
      groups.push_back({{"key", clip.clip + ", a key frame each " + std::to_string(clip.key_frame_interval) +
                                    ", " + curve.name},
                        {"values", std::move(values)}});
      curves.push_back(std::move(json));
    }
    clips.push_back({{"clip", clip.clip},
                     {"frames", clip.frames},
                     {"key_frame_interval", clip.key_frame_interval},
                     {"curves", std::move(curves)}});
  }
  return {{"libvpx", vpx_codec_version_str()}, {"clips", std::move(clips)}, {"groups", std::move(groups)}};
}

std::string cloud_text(const std::vector<CloudFigures>& figures) {
  std::string text;
  for (const CloudFigures& clip : figures) {
    text += formatted(
        "%s, %zu frames, a key frame each %d: bits at equal mean luma SSIM, CPU, beside libvpx on one "
        "thread\n",
        clip.clip.c_str(), clip.frames, clip.key_frame_interval);
    for (const CloudCurve& curve : clip.curves) {
      text += formatted("  %-20s ", curve.name.c_str());
      text += curve.bits ? formatted("%+6.1f %%", *curve.bits) : "     –  ";
      text += formatted("  %4.2f CPU ", curve.cpu_ratio);
      for (const CloudPoint& point : curve.points)
        text +=
            formatted(" | %.0f kbit/s %.2f dB (worst %.2f)", point.kbps, point.ssim_db, point.worst_ssim_db);
      text += "\n";
    }
  }
  return text;
}

}  // namespace skirret::bench
