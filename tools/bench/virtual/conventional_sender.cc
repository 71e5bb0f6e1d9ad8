#include "tools/bench/virtual/conventional_sender.hh"

#include <utility>

namespace skirret::bench {
namespace {

class ConventionalEnd final : public SenderEnd, private sender::Observer {
 public:
  ConventionalEnd(transport::SendSession session, const ConventionalConfig& config, SenderSeams seams)
      : SenderEnd(std::move(session), std::move(seams)),
        coder_(session_, config, *this, [this](const ConventionalTask& task) { run(task); }) {}

  void capture(codec::Picture picture, TimePoint now) override {
    coder_.capture(std::move(picture), now, now);
  }
  void after_round(TimePoint now) override { coder_.after_round(now); }

 private:
  void on_capture(const sender::CaptureEvent& event) override { seams_.on_capture(event); }
  void on_frame(const sender::FrameEvent& event) override { seams_.on_frame(event); }

  void run(const ConventionalTask& task) {
    sender::CodeJob job;
    job.number = task.number;
    job.target = task.picture;
    const bool encodes = task.kind == ConventionalTask::Kind::kEncode;
    seams_.later(encodes ? seams_.coding_time(job) : seams_.finish_time(task.number), task.work());
  }

  ConventionalCoder coder_;
};

}  // namespace

std::unique_ptr<SenderEnd> conventional_sender(transport::SendSession session,
                                               const ConventionalConfig& config, SenderSeams seams) {
  return std::make_unique<ConventionalEnd>(std::move(session), config, std::move(seams));
}

}  // namespace skirret::bench
