#include "receiver/display.hh"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include <SDL.h>
#include <gtest/gtest.h>

#include "codec/media/source.hh"
#include "tests/support/process.hh"

namespace skirret::receiver {
namespace {

using codec::Picture;
using codec::PlaneName;

struct Colour {
  int y, u, v;
};
constexpr Colour kBlack{16, 128, 128}, kOrange{150, 70, 190}, kTeal{120, 150, 60};

// A virtual screen, and what is on it as x11grab sees it.
class DisplayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SKIRRET_SYSTEM_PROGRAM(xvfb, "Xvfb");
    test::ProcessOptions options;
    options.timeout = std::chrono::seconds(10);
    server_ = std::make_unique<test::Process>(
        std::vector<std::string>{xvfb, "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp",
                                 "-noreset"},
        options);
    ASSERT_TRUE(server_->wait_for_output("\n")) << server_->error_output();
    screen_ = ":" + server_->output().substr(0, server_->output().find('\n'));
    ::setenv("DISPLAY", screen_.c_str(), 1);
    ::setenv("SDL_VIDEODRIVER", "x11", 1);
    ::setenv("SDL_RENDER_DRIVER", "software", 1);
  }

  Picture grab() const {
    auto source = codec::open_source("x11grab:" + screen_);
    if (!source) throw std::runtime_error(source.error().message);
    const auto frame = (*source)->next();
    if (!frame || !*frame) throw std::runtime_error("nothing grabbed");
    return (*frame)->picture;
  }

  // Not asked at the middle of the screen, where the pointer is.
  static bool is(const Picture& screen, int x, int y, Colour colour) {
    const auto near = [](int a, int b) { return std::abs(a - b) <= 4; };
    return near(*screen.plane(PlaneName::kY).at(x, y), colour.y) &&
           near(*screen.plane(PlaneName::kU).at(x / 2, y / 2), colour.u) &&
           near(*screen.plane(PlaneName::kV).at(x / 2, y / 2), colour.v);
  }

  // The window system does its work in its own time: asks until `holds`, for at most ten seconds.
  template <class Check>
  bool eventually(Display& display, Check holds) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      display.handle_events();
      if (holds(grab())) return true;
    }
    return false;
  }

  static std::pair<int, int> origin() {
    int x = 0, y = 0;
    SDL_GetWindowPosition(SDL_GetWindowFromID(1), &x, &y);
    return {x, y};
  }

  std::string screen_;
  std::unique_ptr<test::Process> server_;
};

Picture picture_of(codec::Dimensions size, Colour c) {
  return Picture::solid(size, static_cast<std::uint8_t>(c.y), static_cast<std::uint8_t>(c.u),
                        static_cast<std::uint8_t>(c.v));
}

TEST_F(DisplayTest, ShowsPicturesAndBarsBesideThem) {
  auto display = Display::open("skirret test", {320, 240});
  ASSERT_TRUE(display) << display.error().message;
  const auto [x, y] = origin();
  (*display)->show(picture_of({320, 240}, kOrange));
  const auto filled = [x = x, y = y](const Picture& screen) {
    return is(screen, x + 4, y + 4, kOrange) && is(screen, x + 100, y + 120, kOrange) &&
           is(screen, x + 314, y + 234, kOrange);
  };
  EXPECT_TRUE(eventually(**display, filled));

  // A picture twice as wide as the window is high, and of an odd size: bars above and below.
  (*display)->show(picture_of({333, 125}, kTeal));
  const auto barred = [x = x, y = y](const Picture& screen) {
    return is(screen, x + 100, y + 120, kTeal) && is(screen, x + 4, y + 120, kTeal) &&
           is(screen, x + 160, y + 20, kBlack) && is(screen, x + 160, y + 220, kBlack);
  };
  EXPECT_TRUE(eventually(**display, barred));
}

TEST_F(DisplayTest, FollowsTheWindowsSize) {
  auto display = Display::open("skirret test", {160, 120});
  ASSERT_TRUE(display) << display.error().message;
  (*display)->show(picture_of({160, 120}, kTeal));
  SDL_SetWindowSize(SDL_GetWindowFromID(1), 400, 120);
  const auto [x, y] = origin();
  EXPECT_TRUE(eventually(**display, [x = x, y = y](const Picture& screen) {
    return is(screen, x + 180, y + 80, kTeal) && is(screen, x + 20, y + 60, kBlack) &&
           is(screen, x + 380, y + 60, kBlack);
  }));
}

TEST_F(DisplayTest, WritesTheOverlayOverThePicture) {
  auto display = Display::open("skirret test", {320, 240});
  ASSERT_TRUE(display) << display.error().message;
  (*display)->set_overlay("30.0 fps  delay 85 ms\n1.24 Mbit/s");
  (*display)->show(picture_of({320, 240}, kOrange));
  const auto [x, y] = origin();
  const auto has_text = [x = x, y = y](const Picture& screen) {
    int bright = 0, dark = 0;
    for (int row = y + 8; row < y + 40; ++row) {
      for (int column = x + 8; column < x + 200; ++column) {
        const int luma = *screen.plane(PlaneName::kY).at(column, row);
        bright += luma > 220 ? 1 : 0;
        dark += luma < 120 ? 1 : 0;
      }
    }
    return bright > 100 && dark > 100 && is(screen, x + 160, y + 200, kOrange);
  };
  EXPECT_TRUE(eventually(**display, has_text));
  (*display)->set_overlay("");
  (*display)->show(picture_of({320, 240}, kOrange));
  EXPECT_TRUE(
      eventually(**display, [x = x, y = y](const Picture& s) { return is(s, x + 12, y + 14, kOrange); }));
}

TEST_F(DisplayTest, EndsWhenTheUserWantsIt) {
  for (const bool by_key : {true, false}) {
    auto display = Display::open("skirret test", {64, 64});
    ASSERT_TRUE(display) << display.error().message;
    EXPECT_TRUE((*display)->handle_events());
    SDL_Event event{};
    event.type = by_key ? SDL_KEYDOWN : SDL_QUIT;
    if (by_key) event.key.keysym.sym = SDLK_ESCAPE;
    SDL_PushEvent(&event);
    EXPECT_FALSE((*display)->handle_events());
    EXPECT_FALSE((*display)->handle_events());
  }
}

TEST(Display, SaysWhatToDoWithoutAScreen) {
  ::setenv("DISPLAY", ":98765", 1);
  ::setenv("SDL_VIDEODRIVER", "x11", 1);
  const auto display = Display::open("skirret test", {64, 64});
  ASSERT_FALSE(display);
  EXPECT_EQ(display.error().code, ErrorCode::kIo);
  EXPECT_NE(display.error().message.find("DISPLAY"), std::string::npos) << display.error().message;
}

}  // namespace
}  // namespace skirret::receiver
