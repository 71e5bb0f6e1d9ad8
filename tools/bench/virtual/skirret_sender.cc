#include <utility>

#include "tools/bench/virtual/sender_end.hh"

namespace skirret::bench {
namespace {

class SkirretSender final : public SenderEnd, private sender::Observer {
 public:
  SkirretSender(transport::SendSession session, const sender::PipelineConfig& config, SenderSeams seams)
      : SenderEnd(std::move(session), std::move(seams)), pipeline_(session_, config, *this) {}

  void capture(codec::Picture picture, TimePoint now) override {
    begin_coding(pipeline_.capture(std::move(picture), now, now));
  }

  void after_round(TimePoint now) override {
    // A held frame goes out, or is coded again from a better source.
    if (const auto finish = pipeline_.tick(now)) {
      finish_frame(*finish);
    } else {
      begin_coding(pipeline_.resume(now));
    }
    pipeline_.take_session_events(now);
  }

 private:
  void on_capture(const sender::CaptureEvent& event) override { seams_.on_capture(event); }
  void on_frame(const sender::FrameEvent& event) override { seams_.on_frame(event); }

  void begin_coding(std::optional<sender::CodeJob> job) {
    if (!job) return;
    if (seams_.effort) job->effort = seams_.effort(*job);
    codec::InlineExecutor executor;
    seams_.later(seams_.coding_time(*job), [this, made = job->run(executor, {})](TimePoint now) {
      if (const auto finish = pipeline_.coded(made, now)) {
        finish_frame(*finish);
      } else {
        begin_coding(pipeline_.resume(now));
      }
    });
  }

  void finish_frame(const sender::FinishJob& job) {
    seams_.later(seams_.finish_time(job.number), [this, next = job.run()](TimePoint now) {
      pipeline_.finished(next, now);
      begin_coding(pipeline_.resume(now));
    });
  }

  sender::Pipeline pipeline_;
};

}  // namespace

std::unique_ptr<SenderEnd> skirret_sender(transport::SendSession session,
                                          const sender::PipelineConfig& config, SenderSeams seams) {
  return std::make_unique<SkirretSender>(std::move(session), config, std::move(seams));
}

}  // namespace skirret::bench
