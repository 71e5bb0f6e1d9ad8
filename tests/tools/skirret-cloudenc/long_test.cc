#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

// Ten minutes of video with sound, in bounded memory and disk. SKIRRET_LONG=1 runs it, in pieces if need be:
//   SKIRRET_KEEP=FOLDER  keeps the recording and the unfinished work there
//   SKIRRET_SECONDS=N    stops the job after so long (as Ctrl-C does); the next run goes on
//   SKIRRET_SIZE=WxH     of the pictures (320x180)
//   SKIRRET_EFFORT=rt    for a run in a third of the time (good)
//   SKIRRET_GOP=9999     the recording's pictures from one key frame to the next (60)
namespace skirret::test {
namespace {

namespace fs = std::filesystem;

constexpr int kMinutes = 10, kRate = 30;
constexpr std::uint64_t kMemoryMib = 400, kDiskMib = 200;

std::string setting(const char* name, const std::string& otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

std::uint64_t peak_memory_mib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    std::uint64_t kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

std::uint64_t folder_bytes(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (auto at = fs::recursive_directory_iterator(folder, ignored); !ignored && at != fs::end(at);
       at.increment(ignored)) {
    const std::uint64_t size = at->is_regular_file(ignored) ? at->file_size(ignored) : 0;
    if (!ignored) bytes += size;
    ignored.clear();  // files come and go
  }
  return bytes;
}

class CloudencLong : public CloudencTest {
 protected:
  void SetUp() override {
    if (std::getenv("SKIRRET_LONG") == nullptr) GTEST_SKIP() << "tens of minutes: set SKIRRET_LONG=1";
    CloudencTest::SetUp();
    keep_ = setting("SKIRRET_KEEP", folder_.path().string());
    fs::create_directories(keep_);
  }

  std::string at(const std::string& name) const { return (keep_ / name).string(); }

  // Camera clips one after another, again and again, where there is test data; else drawn pictures. Their
  // brightness wanders, or most tasks would be equal to earlier ones and known by name.
  void make_recording() {
    const std::string size = setting("SKIRRET_SIZE", "320x180"), rate = std::to_string(kRate);
    const std::string scaled = ",fps=" + rate + ",scale=" + size.substr(0, size.find('x')) + ":" +
                               size.substr(size.find('x') + 1) + ",setsar=1";
    std::vector<std::string> arguments;
    std::string filter;
    const std::vector<std::string> clips = {"talk-plants_1280x720_30.mkv", "foreman_352x288_30.mkv",
                                            "bbb_640x360_24.mkv", "screen-web_1280x720_30.mkv"};
    if (data_folder()) {
      for (std::size_t i = 0; i < clips.size(); ++i) {
        arguments.insert(arguments.end(), {"-i", (*data_folder() / "clips" / clips[i]).string()});
        filter += "[" + std::to_string(i) + "]null" + scaled + "[c" + std::to_string(i) + "];";
      }
      for (std::size_t i = 0; i < clips.size(); ++i) filter += "[c" + std::to_string(i) + "]";
      filter += "concat=n=4";
    } else {
      arguments = {"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=" + rate + ":d=20"};
      filter = "noise=alls=9:allf=t:all_seed=3";
    }
    arguments.insert(arguments.end(), {"-filter_complex", filter, "-pix_fmt", "yuv420p", "-c:v", "libx264",
                                       "-preset", "ultrafast", "-crf", "14", "-g", "60", at("part.mp4")});
    ffmpeg(arguments);
    const std::string seconds = std::to_string(kMinutes * 60);
    arguments = {"ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", at("part.mp4")};
    for (const char* word : {"-f", "lavfi", "-i", "sine=frequency=330:r=48000", "-t", seconds.c_str(), "-vf",
                             "eq=brightness='0.1*sin(n/3000)':eval=frame", "-c:v", "libx264", "-preset",
                             "ultrafast", "-crf", "16", "-c:a", "aac", "-g"})
      arguments.emplace_back(word);
    arguments.push_back(setting("SKIRRET_GOP", "60"));
    arguments.push_back(at("unfinished.mp4"));
    ProcessOptions patient;
    patient.timeout = std::chrono::hours(1);
    const ProcessResult made = run_process(arguments, patient);
    ASSERT_EQ(made.exit_code, 0) << made.describe();
    fs::rename(at("unfinished.mp4"), at("in.mp4"));
  }

  fs::path keep_;
};

TEST_F(CloudencLong, TenMinutesInBoundedMemoryAndDisk) {
  if (!fs::exists(at("in.mp4"))) make_recording();
  ASSERT_TRUE(fs::exists(at("in.mp4")));
  ProcessOptions options;
  options.timeout = std::chrono::hours(12);
  Process job({program("skirret-cloudenc"), at("in.mp4"), "-o", at("out.webm"), "--resume", "--json",
               "--quality", "30", "--effort", setting("SKIRRET_EFFORT", "good"), "--jobs", "2", "--memory",
               std::to_string(kMemoryMib), "--disk", std::to_string(kDiskMib)},
              options);
  const auto start = std::chrono::steady_clock::now();
  const std::chrono::seconds most(std::stol(setting("SKIRRET_SECONDS", "40000")));
  std::uint64_t memory = 0, disk = 0;
  bool stopped = false;
  while (job.running()) {
    memory = std::max(memory, peak_memory_mib(job.pid()));
    disk = std::max(disk, folder_bytes(keep_ / "out.webm.work"));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    if (stopped || std::chrono::steady_clock::now() - start < most) continue;
    job.send_signal(SIGINT);
    stopped = true;
  }
  const ProcessResult result = job.wait();
  std::printf("at most %llu MiB of memory, %llu MiB of disk\n", static_cast<unsigned long long>(memory),
              static_cast<unsigned long long>(disk >> 20));
  EXPECT_LT(memory, kMemoryMib + 200) << "MiB";
  if (stopped && result.exit_code != 0) GTEST_SKIP() << "stopped as told: run it again to go on";
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  const auto report = nlohmann::json::parse(result.out);
  EXPECT_EQ(report["frames"], kMinutes * 60 * kRate);
  EXPECT_TRUE(report["sound"].get<bool>());
  EXPECT_FALSE(fs::exists(at("out.webm.work")));
  // The recording taken apart; the stream as libvpx coded it (each chunk with a key frame), as the chain did,
  // and joined; bridges; records.
  const std::uint64_t streams = 5 * fs::file_size(at("out.webm")) + (std::uint64_t{64} << 20);
  EXPECT_LT(disk, (kDiskMib << 20) + fs::file_size(at("in.mp4")) + streams);
  ffmpeg({"-xerror", "-i", at("out.webm"), "-f", "null", "-"});
}

}  // namespace
}  // namespace skirret::test
