#include "receiver/display.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <SDL.h>
#include <SDL_ttf.h>

namespace skirret::receiver {
namespace {

constexpr codec::Dimensions kLargestStart{1600, 900};
constexpr int kFontPoints = 16;
constexpr int kOverlayInset = 8;
constexpr std::array kFonts = {"/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
                               "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                               "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf"};

struct Destroy {
  void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
  void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
  void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
  void operator()(SDL_Surface* surface) const { SDL_FreeSurface(surface); }
  void operator()(TTF_Font* font) const { TTF_CloseFont(font); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

// SDL's parts that are in use, quit in reverse.
struct Session {
  bool video = false;
  bool fonts = false;
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (fonts) TTF_Quit();
    if (video) SDL_QuitSubSystem(SDL_INIT_VIDEO);
  }
};

Owned<TTF_Font> open_font() {
  for (const char* path : kFonts)
    if (TTF_Font* font = TTF_OpenFont(path, kFontPoints)) return Owned<TTF_Font>(font);
  return nullptr;
}

// `inner` as large as it fits inside `outer` with its shape kept, in the middle.
SDL_Rect fitted(codec::Dimensions inner, int outer_width, int outer_height) {
  const std::int64_t by_width = std::int64_t{outer_width} * inner.height;
  const std::int64_t by_height = std::int64_t{outer_height} * inner.width;
  SDL_Rect rect{0, 0, outer_width, outer_height};
  if (by_width > by_height)
    rect.w = std::max(1, static_cast<int>(by_height / inner.height));
  else
    rect.h = std::max(1, static_cast<int>(by_width / inner.width));
  rect.x = (outer_width - rect.w) / 2;
  rect.y = (outer_height - rect.h) / 2;
  return rect;
}

}  // namespace

struct Display::Window {
  Session session;  // first in, last out
  Owned<TTF_Font> font;
  Owned<SDL_Window> window;
  Owned<SDL_Renderer> renderer;
  Owned<SDL_Texture> video;  // of the aligned size, so that odd sizes are no special case
  codec::Dimensions video_size;
  Owned<SDL_Texture> overlay;
  std::string overlay_text;
  bool closed = false;

  void upload(const codec::Picture& picture);
  void draw_overlay_texture();
  void draw();
  void handle(const SDL_Event& event);
};

Display::Display(std::unique_ptr<Window> window) : window_(std::move(window)) {}

Display::~Display() = default;

Result<std::unique_ptr<Display>> Display::open(const std::string& title, codec::Dimensions size) {
  const auto failed = [] {
    return fail(ErrorCode::kIo, std::string("no window can be opened (") + SDL_GetError() +
                                    "): set DISPLAY to a screen, or leave --display out");
  };
  auto made = std::make_unique<Window>();
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // Ctrl-C is the program's
  SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) return failed();
  made->session.video = true;
  made->session.fonts = TTF_Init() == 0;
  if (made->session.fonts) made->font = open_font();
  // VP8 pictures are BT.601 whatever their size (RFC 6386 section 9.2).
  SDL_SetYUVConversionMode(SDL_YUV_CONVERSION_BT601);
  SDL_Rect place =
      fitted(size, std::min(size.width, kLargestStart.width), std::min(size.height, kLargestStart.height));
  made->window.reset(SDL_CreateWindow(title.c_str(), SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                      place.w, place.h, SDL_WINDOW_RESIZABLE));
  if (!made->window) return failed();
  made->renderer.reset(SDL_CreateRenderer(made->window.get(), -1, 0));
  if (!made->renderer)
    made->renderer.reset(SDL_CreateRenderer(made->window.get(), -1, SDL_RENDERER_SOFTWARE));
  if (!made->renderer) return failed();
  made->draw();
  return std::unique_ptr<Display>(new Display(std::move(made)));
}

void Display::show(const codec::Picture& picture) {
  window_->upload(picture);
  window_->draw();
}

void Display::set_title(const std::string& title) {
  SDL_SetWindowTitle(window_->window.get(), title.c_str());
}

void Display::set_overlay(const std::string& text) {
  if (text == window_->overlay_text) return;
  window_->overlay_text = text;
  window_->draw_overlay_texture();
}

bool Display::handle_events() {
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) window_->handle(event);
  return !window_->closed;
}

void Display::Window::upload(const codec::Picture& picture) {
  using codec::PlaneName;
  const codec::Dimensions size = picture.dimensions();
  if (!video || size.aligned_width() != video_size.aligned_width() ||
      size.aligned_height() != video_size.aligned_height())
    video.reset(SDL_CreateTexture(renderer.get(), SDL_PIXELFORMAT_IYUV, SDL_TEXTUREACCESS_STREAMING,
                                  size.aligned_width(), size.aligned_height()));
  video_size = size;
  if (!video) return;  // larger than the screen's memory can hold: the window stays black
  SDL_SetTextureScaleMode(video.get(), SDL_ScaleModeLinear);
  const codec::PlaneView y = picture.plane(PlaneName::kY);
  const codec::PlaneView u = picture.plane(PlaneName::kU);
  const codec::PlaneView v = picture.plane(PlaneName::kV);
  SDL_UpdateYUVTexture(video.get(), nullptr, y.data, static_cast<int>(y.stride), u.data,
                       static_cast<int>(u.stride), v.data, static_cast<int>(v.stride));
}

void Display::Window::draw_overlay_texture() {
  overlay.reset();
  if (!font || overlay_text.empty()) return;
  const SDL_Color white{255, 255, 255, 255}, shade{0, 0, 0, 160};
  const Owned<SDL_Surface> drawn(
      TTF_RenderUTF8_Shaded_Wrapped(font.get(), overlay_text.c_str(), white, shade, 0));
  if (drawn) overlay.reset(SDL_CreateTextureFromSurface(renderer.get(), drawn.get()));
}

void Display::Window::draw() {
  SDL_SetRenderDrawColor(renderer.get(), 0, 0, 0, 255);
  SDL_RenderClear(renderer.get());
  int width = 0, height = 0;
  SDL_GetRendererOutputSize(renderer.get(), &width, &height);
  if (video) {
    const SDL_Rect crop{0, 0, video_size.width, video_size.height};
    const SDL_Rect place = fitted(video_size, width, height);
    SDL_RenderCopy(renderer.get(), video.get(), &crop, &place);
  }
  if (overlay) {
    SDL_Rect place{kOverlayInset, kOverlayInset, 0, 0};
    SDL_QueryTexture(overlay.get(), nullptr, nullptr, &place.w, &place.h);
    SDL_RenderCopy(renderer.get(), overlay.get(), nullptr, &place);
  }
  SDL_RenderPresent(renderer.get());
}

void Display::Window::handle(const SDL_Event& event) {
  switch (event.type) {
    case SDL_QUIT:
      closed = true;
      break;
    case SDL_KEYDOWN:
      if (event.key.keysym.sym == SDLK_ESCAPE || event.key.keysym.sym == SDLK_q) closed = true;
      break;
    case SDL_WINDOWEVENT:
      if (event.window.event == SDL_WINDOWEVENT_CLOSE) closed = true;
      if (event.window.event == SDL_WINDOWEVENT_EXPOSED || event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
        draw();
      break;
    default:
      break;
  }
}

}  // namespace skirret::receiver
