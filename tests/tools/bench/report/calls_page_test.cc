#include "tools/bench/report/calls_page.hh"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/process.hh"

namespace skirret::bench {
namespace {

MeasuredRun run_of(const std::string& system, double p95, double ssim) {
  MeasuredRun run;
  run.settings.system = system;
  run.settings.trace = "Ferry <LTE> & Tram";
  run.settings.clip = "talk";
  run.settings.size = {1280, 720};
  run.seconds = 60;
  run.metrics.whole.delay_ms = {p95 / 2, p95 / 1.5, p95, p95 * 2, p95 * 3};
  run.metrics.displayed = {ssim, ssim * 2};
  run.metrics.oracle.delay_ms = {66, 70, 91, 95, 120};
  for (int i = 0; i < 120; ++i) {
    run.lines.delay_ms.push_back({i * 0.5, p95 * (1 + i % 7)});
    run.lines.oracle_delay_ms.push_back({i * 0.5, 60.0 + i % 5});
    run.lines.capacity_mbps.push_back({i * 0.5, 3.0 + i % 3});
    run.lines.carried_mbps.push_back({i * 0.5, 2.0 + i % 2});
    run.lines.ssim_db.push_back({i * 0.5, ssim + i % 3});
  }
  return run;
}

std::vector<MeasuredRun> some_runs() {
  return {run_of("skirret", 120, 19), run_of("skirret", 130, 19.2), run_of("webrtc", 900, 15),
          run_of("webrtc-20m", 1500, 16), run_of("conventional-second", 400, 17)};
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

TEST(CallsPage, StandsAloneWithItsDrawingsInside) {
  const std::string page = calls_page(some_runs(), std::nullopt, "0");
  EXPECT_EQ(count_of(page, "<svg"), 4u);
  EXPECT_EQ(page.find("http"), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("src="), std::string::npos);
  EXPECT_NE(page.find("Ferry &lt;LTE&gt; &amp; Tram"), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(CallsPage, TheScatterShowsEverySystemAndTheOracle) {
  const std::string picture = calls_picture(some_runs());
  EXPECT_EQ(count_of(picture, "<circle"), 6u);  // a median each, and both runs of the one that has several
  for (const char* name : {">oracle<", ">skirret<", ">webrtc<", ">webrtc-20m<", ">conventional-second<"})
    EXPECT_NE(picture.find(name), std::string::npos) << name;
  EXPECT_EQ(count_of(picture, "<svg"), 5u);  // the picture, the scatter and the time lines
}

TEST(CallsPage, ThePictureOfSeveralLinksHasTheScattersAlone) {
  auto runs = some_runs();
  runs.push_back(run_of("skirret", 80, 20));
  runs.back().settings.trace = "Bus";
  EXPECT_EQ(count_of(calls_picture(runs), "<svg"), 3u);
}

TEST(CallsPage, TellsWhatChanged) {
  Json before = {
      {"groups",
       {{{"key", grouped(some_runs()).front().key()}, {"values", {{"delay_p95_ms", {60.0, 61.0}}}}}}}};
  const auto runs = some_runs();
  const auto comparison = compare_with(before, calls_json(runs, "0"), "old");
  ASSERT_TRUE(comparison);
  const std::string page = calls_page(runs, *comparison, "0");
  EXPECT_NE(page.find("worse: skirret | Ferry"), std::string::npos);
}

// Sets the page into frames as wide as a phone and as a desk, and says in the title what came of it: whether
// it is wider than its frame, how many drawings can be seen, the smallest letters in them, and the
// background.
constexpr const char* kProbe = R"(<!doctype html><html><head><title>none</title></head><body><script>
const page = %PAGE%;
const seen = [];
for (const width of [390, 1300]) {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'border:0;height:900px;width:' + width + 'px';
  frame.onload = () => {
    const inner = frame.contentDocument;
    const root = inner.documentElement;
    const drawings = [...inner.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect());
    const letters = [...inner.querySelectorAll('svg text')].map(text => parseFloat(
        frame.contentWindow.getComputedStyle(text).fontSize) * text.ownerSVGElement.getBoundingClientRect().width / 420);
    seen.push([width, root.scrollWidth <= width ? 'fits' : 'spills',
               drawings.filter(box => box.width > 250 && box.height > 150).length,
               Math.min(...letters) >= 8 ? 'readable' : 'tiny',
               frame.contentWindow.getComputedStyle(inner.body).backgroundColor].join(' '));
    document.title = 'probe: ' + seen.sort().join('; ');
  };
  frame.srcdoc = page;
  document.body.append(frame);
}
</script></body></html>)";

TEST(CallsPage, ABrowserShowsItOnAPhoneAndOnADesk) {
  SKIRRET_SYSTEM_PROGRAM(chromium, "chromium");
  const test::TemporaryFolder folder;
  std::string probe = kProbe;
  probe.replace(probe.find("%PAGE%"), 6, Json(calls_page(some_runs(), std::nullopt, "0")).dump());
  std::ofstream(folder / "probe.html") << probe;
  const auto title_with = [&](const std::string& scheme) {
    const auto result =
        test::run_process({chromium, "--headless=new", "--no-sandbox", "--disable-gpu",
                           "--virtual-time-budget=5000", "--blink-settings=preferredColorScheme=" + scheme,
                           "--user-data-dir=" + (folder / ("profile" + scheme)).string(), "--dump-dom",
                           "file://" + (folder / "probe.html").string()});
    const auto begin = result.out.find("<title>");
    if (begin == std::string::npos) return result.describe();
    return result.out.substr(begin + 7, result.out.find("</title>") - begin - 7);
  };
  EXPECT_EQ(title_with("1"),
            "probe: 1300 fits 4 readable rgb(255, 255, 255); 390 fits 4 readable rgb(255, 255, 255)");
  EXPECT_EQ(title_with("0"),
            "probe: 1300 fits 4 readable rgb(13, 17, 23); 390 fits 4 readable rgb(13, 17, 23)");
}

}  // namespace
}  // namespace skirret::bench
