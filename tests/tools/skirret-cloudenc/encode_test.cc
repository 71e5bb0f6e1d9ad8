#include <cmath>
#include <fstream>
#include <map>
#include <regex>

#include <gmock/gmock.h>

#include "codec/decoder/decoder.hh"
#include "codec/media/source.hh"
#include "codec/quality/quality.hh"
#include "tests/support/ffmpeg_vp8_decoder.hh"
#include "tests/support/libvpx_decoder.hh"
#include "tests/tools/skirret-cloudenc/cloudenc_program.hh"

namespace skirret::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Cloudenc : public CloudencTest {};

// All pictures of a file, as FFmpeg's reader gives them.
std::vector<codec::SourceFrame> pictures_of(const std::string& file) {
  codec::SourceOptions options;
  options.keep_stream_sizes = true;
  auto source = codec::open_source(file, options);
  if (!source) throw std::runtime_error(source.error().message);
  std::vector<codec::SourceFrame> frames;
  while (true) {
    auto frame = (*source)->next();
    if (!frame) throw std::runtime_error(frame.error().message);
    if (!*frame) return frames;
    frames.push_back(std::move(**frame));
  }
}

double mean_psnr(const std::vector<codec::SourceFrame>& a, const std::vector<codec::SourceFrame>& b) {
  codec::QualityMeter meter;
  for (std::size_t i = 0; i < a.size(); ++i) meter.add(codec::measure(a[i].picture, b[i].picture));
  return meter.psnr(codec::PlaneName::kY);
}

TEST_F(Cloudenc, DecodesAlikeEverywhereWithKeyFramesWherePlanned) {
  const std::string in = clip("in.mp4", 53);
  const auto report =
      cloudenc_json({in, "-o", path("out.ivf"), "--chunk", "4", "--batch", "5", "--quality", "12"});
  EXPECT_EQ(report["frames"], 53);
  EXPECT_EQ(report["batches"], 3);
  const auto frames = ivf_frames(path("out.ivf"));
  ASSERT_EQ(frames.size(), 53u);
  EXPECT_THAT(key_frames(frames), ElementsAre(0, 20, 40));
  LibvpxDecoder libvpx;
  FfmpegVp8Decoder other;
  codec::State state;
  const auto sources = pictures_of(in);
  codec::QualityMeter meter;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "frame " << i);
    const auto ours = codec::decode(state, frames[i]);
    ASSERT_TRUE(ours.has_value());
    ASSERT_TRUE(ours->show);
    const auto theirs = libvpx.decode(frames[i]);
    ASSERT_TRUE(theirs.accepted && theirs.shown.has_value());
    ASSERT_EQ(first_difference(ours->shown, *theirs.shown), "");
    const auto third = other.decode(frames[i]);
    ASSERT_TRUE(third.has_value());
    ASSERT_EQ(first_difference(ours->shown, *third), "");
    meter.add(codec::measure(sources[i].picture, ours->shown));
    state = ours->next;
  }
  EXPECT_GT(meter.psnr(codec::PlaneName::kY), 33.0) << "each picture is its own source's";
}

TEST_F(Cloudenc, SameBytesAtEveryWidthAndOnASecondRun) {
  const std::string in = clip("in.mp4", 40);
  const std::vector<std::string> common = {in, "--chunk", "3", "--batch", "4", "--quality", "30"};
  ByteVector expected;
  for (const char* jobs : {"1", "2", "7"}) {
    auto arguments = common;
    const std::string out = path(std::string("out") + jobs + ".webm");
    arguments.insert(arguments.end(), {"-o", out, "--jobs", jobs, "--disk", "64"});
    cloudenc_json(arguments);
    const ByteVector bytes = read_file(out);
    if (expected.empty()) expected = bytes;
    EXPECT_EQ(bytes, expected) << jobs << " jobs";
    EXPECT_FALSE(fs::exists(out + ".work")) << "a finished job leaves nothing behind";
  }
  auto stored = common;
  stored.insert(stored.end(), {"-o", path("stored.webm"), "--store", path("store")});
  EXPECT_GT(cloudenc_json(stored)["tasks_executed"], 40);
  EXPECT_EQ(cloudenc_json(stored)["tasks_executed"], 0);
  const auto collected = cloudenc_json({"gc", "--store", path("store")});
  EXPECT_GT(collected["blobs"], 40);
  EXPECT_EQ(cloudenc_json(stored)["tasks_executed"], 0) << "gc does not undo that";
  EXPECT_EQ(read_file(path("stored.webm")), expected);
  // Another quality: pictures may have to be decoded again, but nothing is indexed or analysed again.
  auto changed = stored;
  changed[6] = "31";
  const int tasks = cloudenc_json(changed)["tasks_executed"];
  EXPECT_GT(tasks, 30);
  EXPECT_LE(tasks, 14 + 2 * (13 - 4) + 4 + 4);
}

// A recording with one key frame, which no task decodes from its start but the first.
TEST_F(Cloudenc, OneKeyFrameOnly) {
  const std::string in = clip("in.mp4", 2100, "32x32",
                              {"-c:v", "libx264", "-g", "9999", "-sc_threshold", "0", "-pix_fmt", "yuv420p"});
  const std::vector<std::string> common = {in,         "--chunk", "60",        "--batch", "6",
                                           "--effort", "rt",      "--quality", "50"};
  const auto run = [&](const std::string& out, std::vector<std::string> more) {
    more.insert(more.begin(), common.begin(), common.end());
    more.insert(more.end(), {"-o", path(out)});
    return cloudenc_json(more);
  };
  const auto plan = run("a.ivf", {"--plan-only", "--store", path("s")});
  EXPECT_EQ(plan["segments"], 1);
  std::size_t inputs = 0;
  for (const auto& node : plan["nodes"])
    if (node["function"] == "pictures") inputs = std::max(inputs, node["inputs"][0].size());
  EXPECT_EQ(inputs, 3u) << "parts of 1024 packets";
  EXPECT_EQ(run("a.ivf", {"--store", path("s"), "--jobs", "3"})["frames"], 2100);
  run("b.ivf", {"--jobs", "1"});
  EXPECT_EQ(read_file(path("a.ivf")), read_file(path("b.ivf")));
  const auto sources = pictures_of(in), coded = pictures_of(path("a.ivf"));
  ASSERT_EQ(coded.size(), 2100u);
  EXPECT_GT(mean_psnr(sources, coded), 20.0) << "each picture is its own source's";
}

TEST_F(Cloudenc, WebmPlaysSeeksAndKeepsTime) {
  // Times of a recording whose rate varies.
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=3", "-vf", "select='not(mod(n\\,3))+lt(n\\,30)'",
          "-vsync", "vfr", "-c:v", "libx264", "-g", "20", "-pix_fmt", "yuv420p", path("in.mp4")});
  cloudenc_json({path("in.mp4"), "-o", path("out.webm"), "--chunk", "4", "--batch", "3"});
  const auto in = pictures_of(path("in.mp4")), out = pictures_of(path("out.webm"));
  ASSERT_EQ(in.size(), out.size());
  for (std::size_t i = 0; i < in.size(); ++i)
    EXPECT_NEAR(to_ms(in[i].timestamp), to_ms(out[i].timestamp), 1.0) << i;
  EXPECT_GT(mean_psnr(in, out), 28.0);
  const ByteVector bytes = read_file(path("out.webm"));
  const std::string cues = "\x1c\x53\xbb\x6b";  // the element's id
  EXPECT_NE(std::search(bytes.begin(), bytes.end(), cues.begin(), cues.end(),
                        [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }),
            bytes.end());
  ffmpeg({"-ss", "1.5", "-i", path("out.webm"), "-frames:v", "1", path("seek.png")});
  EXPECT_TRUE(fs::exists(path("seek.png")));
}

// Of a recording with a flash and a beep at 1.5 s: when they come, and how much sound there is.
class CloudencSound : public Cloudenc {
 protected:
  static constexpr const char* kFlash =
      "color=black:s=96x64:r=50:d=3,drawbox=c=white:t=fill:enable='between(t,1.5,2)'";

  double flash_ms(const std::string& file) {
    const auto pictures = pictures_of(file);
    const auto flash = std::find_if(pictures.begin(), pictures.end(), [](const codec::SourceFrame& frame) {
      return *frame.picture.plane(codec::PlaneName::kY).row(0) > 128;
    });
    return flash == pictures.end() ? -1 : to_ms(flash->timestamp);
  }

  std::vector<float> sound_of(const std::string& file, const std::string& filter = "anull") {
    ffmpeg({"-i", file, "-map", "0:a", "-af", filter, "-ar", "48000", "-ac", "1", "-f", "f32le",
            path("sound.raw")});
    const ByteVector raw = read_file(path("sound.raw"));
    std::vector<float> samples(raw.size() / 4);
    std::memcpy(samples.data(), raw.data(), samples.size() * 4);
    return samples;
  }

  static double beep_ms(const std::vector<float>& samples) {
    const auto beep =
        std::find_if(samples.begin(), samples.end(), [](float sample) { return std::abs(sample) >= 0.03f; });
    return static_cast<double>(beep - samples.begin()) / 48;
  }
};

TEST_F(CloudencSound, StaysInSync) {
  ffmpeg({"-f", "lavfi", "-i", kFlash, "-f", "lavfi", "-i",
          "aevalsrc='if(between(t,1.5,2),0.4*sin(6283*t),0)':s=44100:d=3", "-c:v", "libx264", "-pix_fmt",
          "yuv420p", "-c:a", "aac", "-b:a", "192k", path("in.mp4")});
  cloudenc_json({path("in.mp4"), "-o", path("out.webm"), "--audio-kbps", "96"});
  cloudenc_json({path("out.webm"), "-o", path("copied.webm"), "--audio", "copy"});
  for (const std::string name : {"out.webm", "copied.webm"}) {
    SCOPED_TRACE(name);
    EXPECT_NEAR(flash_ms(path(name)), 1500, 1.5);
    const auto samples = sound_of(path(name));
    EXPECT_NEAR(beep_ms(samples), 1500, 2);
    EXPECT_NEAR(static_cast<double>(samples.size()) / 48000, 3.0, 0.03)
        << "neither priming nor padding is heard";
  }
  const ProcessResult mute = cloudenc({path("in.mp4"), "-o", path("x.ivf")});
  EXPECT_THAT(mute.out, testing::HasSubstr("without the sound")) << mute.describe();
  const ProcessResult refused = cloudenc({path("in.mp4"), "-o", path("x.webm"), "--audio", "copy"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, testing::HasSubstr("--audio opus"));
}

TEST_F(CloudencSound, MayBeginLate) {
  ffmpeg({"-f", "lavfi", "-i", kFlash, "-itsoffset", "1", "-f", "lavfi", "-i",
          "aevalsrc='if(between(t,0.5,1),0.4*sin(6283*t),0)':s=48000:d=2", "-c:v", "libx264", "-pix_fmt",
          "yuv420p", "-c:a", "aac", "-b:a", "192k", path("in.mp4")});
  cloudenc_json({path("in.mp4"), "-o", path("out.webm")});
  EXPECT_NEAR(flash_ms(path("out.webm")), 1500, 1.5);
  EXPECT_NEAR(beep_ms(sound_of(path("out.webm"), "aresample=async=1:first_pts=0")), 1500, 2);
  EXPECT_NEAR(beep_ms(sound_of(path("out.webm"))), 500, 30) << "silence was not written before it";
}

TEST_F(Cloudenc, MeetsAWishForQualityOrRate) {
  SKIRRET_DATA_FILE(foreman, "clips/foreman_352x288_30.mkv");
  const std::string in = path("in.mkv");
  ffmpeg({"-i", foreman.string(), "-frames:v", "36", "-vf", "scale=144:120", "-c:v", "ffv1", in});
  const auto reached_db = [&](const std::string& file) {
    const auto a = pictures_of(in), b = pictures_of(file);
    codec::QualityMeter meter;
    for (std::size_t i = 0; i < a.size(); ++i) meter.add(codec::measure_luma(a[i].picture, b[i].picture));
    return codec::ssim_to_db(meter.ssim(codec::PlaneName::kY));
  };
  for (const int wanted : {12}) {
    cloudenc_json({in, "-o", path("out.webm"), "--ssim", std::to_string(wanted)});
    EXPECT_NEAR(reached_db(path("out.webm")), wanted, 0.8);
  }
  for (const int wanted : {150}) {
    const auto report = cloudenc_json({in, "-o", path("out.webm"), "--kbps", std::to_string(wanted)});
    const double kbps = report["video_bytes"].get<double>() * 8 / 1000 / (36.0 / 30);
    EXPECT_NEAR(kbps / wanted, 1.0, 0.3) << kbps << " kbit/s at " << report["quality"];
  }
  EXPECT_EQ(cloudenc({in, "-o", path("out.webm"), "--kbps", "100", "--quality", "3"}).exit_code, 2);
}

TEST_F(Cloudenc, KeyFramesAtScenes) {
  ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25", "-f", "lavfi", "-i", "mandelbrot=s=96x64:r=25",
          "-filter_complex", "[0]trim=end_frame=17[a];[1]trim=end_frame=20[b];[a][b]concat", "-c:v",
          "libx264", "-pix_fmt", "yuv420p", path("in.mp4")});
  cloudenc_json({path("in.mp4"), "-o", path("out.ivf"), "--chunk", "5", "--keyframes", "scenes"});
  EXPECT_THAT(key_frames(ivf_frames(path("out.ivf"))), ElementsAre(0, 17));
}

TEST_F(Cloudenc, PlanOnlyPrintsThePlanAndEncodesNothing) {
  const std::string in = clip("in.mp4", 20);
  const auto plan = cloudenc_json(
      {in, "-o", path("out.webm"), "--chunk", "4", "--batch", "3", "--plan-only", "--store", path("s")});
  EXPECT_EQ(plan["frames"].size(), 20u);
  EXPECT_EQ(plan["batches"], nlohmann::json::parse("[[[0,4],[4,4],[8,4]],[[12,4],[16,4]]]"));
  std::map<std::string, int> counts;
  for (const auto& node : plan["nodes"]) ++counts[node["function"]];
  EXPECT_EQ(counts["chunk"], 5);
  EXPECT_EQ(counts["bridge"], 3);
  EXPECT_EQ(counts["rebase"], 3);
  EXPECT_EQ(counts["stitch"], 2);
  EXPECT_FALSE(fs::exists(path("out.webm")));
}

TEST_F(Cloudenc, DrawsATimeline) {
  const std::string in = clip("in.mp4", 12);
  cloudenc_json({in, "-o", path("out.webm"), "--timeline", path("t.html"), "--jobs", "2"});
  const ByteVector bytes = read_file(path("t.html"));
  const std::string page(bytes.begin(), bytes.end());
  for (const char* text : {"<svg", "worker 1", "rebase 0.1: ", "</html>"})
    EXPECT_THAT(page, testing::HasSubstr(text));
}

// What runs at the same time, by the time line, and what each is expected to take, by the plan.
TEST_F(Cloudenc, MemoryBoundsWhatRunsTogether) {
  const std::string in =
      clip("in.mp4", 6, "1280x720", {"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"});
  const std::vector<std::string> common = {in,         "-o", path("out.webm"), "--chunk", "2",
                                           "--effort", "rt", "--quality",      "60"};
  auto planning = common;
  planning.emplace_back("--plan-only");
  std::map<std::string, std::uint64_t> needs;
  const auto plan = cloudenc_json(planning);
  for (const auto& node : plan["nodes"]) needs[node["label"]] = node["memory"];
  std::vector<std::size_t> most_at_once;
  for (const std::uint64_t mib : {64, 4000}) {
    auto running = common;
    running.insert(running.end(),
                   {"--memory", std::to_string(mib), "--jobs", "3", "--timeline", path("t.html")});
    cloudenc_json(running);
    const ByteVector bytes = read_file(path("t.html"));
    const std::string page(bytes.begin(), bytes.end());
    struct Span {
      double from, to;
      std::uint64_t memory;
    };
    std::vector<Span> spans;
    const std::regex task(R"(<title>((?:chunk|bridge|rebase|stitch) [\d.]+): ([\d.]+) s to ([\d.]+) s)");
    for (std::sregex_iterator at(page.begin(), page.end(), task), end; at != end; ++at)
      spans.push_back({std::stod((*at)[2]), std::stod((*at)[3]), needs.at((*at)[1])});
    EXPECT_EQ(spans.size(), 3u + 2 + 2 + 1);
    most_at_once.push_back(0);
    for (const Span& span : spans) {
      // In the middle of each: the page's times are rounded.
      const double middle = (span.from + span.to) / 2;
      std::uint64_t memory = 0;
      std::size_t at_once = 0;
      for (const Span& other : spans) {
        if (middle < other.from || middle > other.to) continue;
        memory += other.memory;
        ++at_once;
      }
      most_at_once.back() = std::max(most_at_once.back(), at_once);
      EXPECT_TRUE(at_once == 1 || memory <= mib << 20) << at_once << " take " << memory;
    }
  }
  EXPECT_LE(most_at_once[0], 2u);
  EXPECT_GT(most_at_once[1], most_at_once[0]);
}

TEST_F(Cloudenc, StdinAndPictures) {
  const std::string in = clip("in.y4m", 9, "70x46", {"-pix_fmt", "yuv420p"});
  const ByteVector bytes = read_file(in);
  ProcessOptions piped;
  piped.input = std::string(bytes.begin(), bytes.end());
  const ProcessResult result = cloudenc({"-", "-o", path("piped.ivf"), "--chunk", "4"}, piped);
  ASSERT_EQ(result.exit_code, 0) << result.describe();
  cloudenc_json({in, "-o", path("file.ivf"), "--chunk", "4"});
  EXPECT_EQ(ivf_frames(path("piped.ivf")), ivf_frames(path("file.ivf")));
  fs::create_directory(path("png"));
  ffmpeg({"-i", in, path("png/%02d.png")});
  EXPECT_EQ(cloudenc_json({path("png"), "-o", path("png.webm"), "--fps", "10"})["frames"], 9);
  EXPECT_NEAR(to_ms(pictures_of(path("png.webm"))[8].timestamp), 800, 1);
}

}  // namespace
}  // namespace skirret::test
