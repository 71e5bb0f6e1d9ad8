#pragma once

#include <functional>
#include <memory>

#include "codec/base/time.hh"

namespace skirret::transport {

// One thread's loop over sockets, timers and messages from other threads (libuv behind it). Everything
// made with a loop is used on the thread that runs it, and goes before the loop does; only post() may
// be called from elsewhere.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Until stop(). Callbacks run inside.
  void run();
  void stop();  // on the loop's thread; from elsewhere post([&] { loop.stop(); })

  // Runs `task` on the loop's thread soon, tasks of one thread in their order. From any thread, while
  // the loop stands.
  void post(std::function<void()> task);

  // SIGINT and SIGTERM call this instead of ending the program. Programs with the frame of tools/cli
  // watch its stop_descriptor() by an FdWatch instead: both at once would fight over the handler.
  void on_stop_signal(std::function<void(int signal)> callback);

  class Impl;
  Impl& impl() { return *impl_; }  // for this room's own classes

 private:
  std::unique_ptr<Impl> impl_;
};

// Calls back whenever a descriptor can be read or written (as long as it can). Does not own the
// descriptor: the watch goes first.
class FdWatch {
 public:
  struct Ready {
    bool readable = false;  // also on errors and hang-up: reading tells
    bool writable = false;
  };

  FdWatch(EventLoop& loop, int descriptor, std::function<void(Ready)> callback);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  void want(bool read, bool write);  // nothing at first

 private:
  class Impl;
  Impl* impl_;  // frees itself when the loop has let go of it
};

}  // namespace skirret::transport
