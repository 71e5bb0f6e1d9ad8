#include "transport/udp/event_loop.hh"

#include <array>
#include <csignal>
#include <mutex>
#include <utility>
#include <vector>

#include <uv.h>

#include "codec/base/check.hh"

namespace skirret::transport {

class EventLoop::Impl {
 public:
  Impl() {
    SKIRRET_CHECK(uv_loop_init(&loop) == 0);
    SKIRRET_CHECK(uv_async_init(&loop, &wake_, [](uv_async_t* handle) {
                    static_cast<Impl*>(handle->data)->run_posted();
                  }) == 0);
    wake_.data = this;
  }

  ~Impl() {
    uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
    for (uv_signal_t& signal : signals_) {
      if (on_signal_) uv_close(reinterpret_cast<uv_handle_t*>(&signal), nullptr);
    }
    // Runs the close callbacks, also of what was closed before. A second run would mean that a socket
    // or timer outlives its loop.
    while (uv_run(&loop, UV_RUN_NOWAIT) != 0) {
    }
    SKIRRET_CHECK(uv_loop_close(&loop) == 0);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      posted_.push_back(std::move(task));
    }
    uv_async_send(&wake_);
  }

  void on_stop_signal(std::function<void(int)> callback) {
    const bool first = !on_signal_;
    on_signal_ = std::move(callback);
    if (!first) return;
    const std::array<int, 2> numbers{SIGINT, SIGTERM};
    for (std::size_t i = 0; i < signals_.size(); ++i) {
      SKIRRET_CHECK(uv_signal_init(&loop, &signals_[i]) == 0);
      signals_[i].data = this;
      const auto call = [](uv_signal_t* handle, int number) {
        static_cast<Impl*>(handle->data)->on_signal_(number);
      };
      SKIRRET_CHECK(uv_signal_start(&signals_[i], call, numbers[i]) == 0);
    }
  }

  uv_loop_t loop{};

 private:
  void run_posted() {
    std::vector<std::function<void()>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(posted_);
    }
    for (const auto& task : tasks) task();
  }

  uv_async_t wake_{};
  std::array<uv_signal_t, 2> signals_{};
  std::function<void(int)> on_signal_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
  uv_run(&impl_->loop, UV_RUN_DEFAULT);
}

void EventLoop::stop() {
  uv_stop(&impl_->loop);
}

void EventLoop::post(std::function<void()> task) {
  impl_->post(std::move(task));
}

void EventLoop::on_stop_signal(std::function<void(int)> callback) {
  impl_->on_stop_signal(std::move(callback));
}

class FdWatch::Impl {
 public:
  Impl(uv_loop_t* loop, int descriptor, std::function<void(Ready)> callback)
      : callback_(std::move(callback)) {
    SKIRRET_CHECK(uv_poll_init(loop, &poll_, descriptor) == 0);
    poll_.data = this;
  }

  void want(bool read, bool write) {
    const int events = (read ? UV_READABLE : 0) | (write ? UV_WRITABLE : 0);
    if (events == 0) {
      uv_poll_stop(&poll_);
      return;
    }
    const auto call = [](uv_poll_t* handle, int status, int ready) {
      static_cast<Impl*>(handle->data)
          ->callback_({status < 0 || (ready & UV_READABLE) != 0, (ready & UV_WRITABLE) != 0});
    };
    SKIRRET_CHECK(uv_poll_start(&poll_, events, call) == 0);
  }

  void close() {
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
             [](uv_handle_t* handle) { delete static_cast<Impl*>(handle->data); });
  }

 private:
  uv_poll_t poll_{};
  std::function<void(Ready)> callback_;
};

FdWatch::FdWatch(EventLoop& loop, int descriptor, std::function<void(Ready)> callback)
    : impl_(new Impl(&loop.impl().loop, descriptor, std::move(callback))) {}

FdWatch::~FdWatch() {
  impl_->close();
}

void FdWatch::want(bool read, bool write) {
  impl_->want(read, write);
}

}  // namespace skirret::transport
