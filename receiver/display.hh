#pragma once

#include <memory>
#include <string>

#include "codec/base/result.hh"
#include "codec/picture/picture.hh"

namespace skirret::receiver {

// A window that shows pictures, as large as fits with their shape kept (black bars beside). Made, used and
// destroyed on one thread, the one that runs its events; at most one at a time.
class Display {
 public:
  // The window is as large as `size`, at most 1600x900. kIo: no screen can be reached, with what to do.
  static Result<std::unique_ptr<Display>> open(const std::string& title, codec::Dimensions size);
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  ~Display();

  void show(const codec::Picture& picture);  // of any size, which may change
  void set_title(const std::string& title);
  // Lines over the picture's upper left corner (delay, rate); "" for none. Drawn with the next picture or
  // event; nothing is drawn where no font is installed (fonts-dejavu-core).
  void set_overlay(const std::string& text);

  // Handles what the window system has to say (redraws, new sizes): call it at least ten times a second.
  // False once the user closed the window or pressed Escape or q.
  bool handle_events();

 private:
  struct Window;
  explicit Display(std::unique_ptr<Window> window);
  std::unique_ptr<Window> window_;
};

}  // namespace skirret::receiver
