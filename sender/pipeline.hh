#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stop_token>

#include "codec/base/time.hh"
#include "codec/encoder/encoder.hh"
#include "codec/picture/picture.hh"
#include "codec/state/state.hh"
#include "sender/effort_control.hh"
#include "sender/events.hh"
#include "sender/finest_quantizer.hh"
#include "transport/session/send_session.hh"

namespace skirret::sender {

struct PipelineConfig {
  int candidates = 3;
  FinestQuantizer::Config finest;
  EffortControl::Config effort;
  codec::Regions regions;
  Duration frame_interval = std::chrono::milliseconds(33);  // as the session's
  bool two_sources = true;                                  // in doubt; else the session's first choice
  bool spaced = true;  // a slow link's frames are fewer and larger (chooser.hh); else one for each capture
};

// The candidates of one picture; those from the second source, if the job had one.
struct Explored {
  codec::Exploration first;
  std::optional<codec::Exploration> second;
};

// One captured picture to be coded several ways from one saved state, in doubt from two. A value: run() is
// pure and may be called on any thread.
struct CodeJob {
  struct Source {
    transport::SourceChoice choice;
    codec::State from;
    codec::FramePlan plan;
    codec::Hints hints;
  };

  transport::FrameNumber number = 0;
  TimePoint captured;
  TimePoint started;
  transport::SourceChoice source;
  codec::Picture target;
  codec::State from;
  codec::FramePlan plan;
  codec::Hints hints;
  codec::Effort effort;
  codec::Aim aim;
  codec::ExploreOptions options;
  std::optional<Source> second;  // else `source`, `from`, `plan` and `hints` alone

  Explored run(codec::Executor& executor, std::stop_token stop) const;
};

// The chosen candidate, to be reconstructed; pure, too.
struct FinishJob {
  transport::FrameNumber number = 0;
  codec::State from;
  codec::Candidate candidate;

  codec::State run(const codec::PicturePool* pool = nullptr, codec::Executor* executor = nullptr) const {
    return codec::finish(from, candidate, pool, executor);
  }
};

// From captured pictures to frames handed to the transport. Owns no thread, no clock and no session: whoever
// runs it does the jobs where it likes and hands the results back, in the order in which it got them. A
// picture's way:
//
//   captured  -> coding, or waits (the newest only) while another is coding or finishing
//             (session open; else the picture is dropped)
//   coding    coded -> finishing (sent) or held (nothing fits yet)
//   held      tick -> finishing, once a candidate fits; while a newer picture is coding, only as a probe;
//             another source became the best -> coding again, from there;  a newer one is coded -> skipped
//   finishing finished -> gone; what waits is coded
//
// In doubt after a loss a picture is coded from two sources, and which of them it is sent from is decided by
// what may be expected of either at that moment (chooser.hh).
//
// On a slow link a frame that the budget makes very coarse is not sent right behind another: the budget of
// the pictures left out makes a better one (spacing() in chooser.hh).
//
// Late binding: the budget is read when the candidates exist, and nothing above it is sent. Nothing is lost
// by a skipped frame: the next one is coded from the last state that was sent.
class Pipeline {
 public:
  Pipeline(transport::SendSession& session, const PipelineConfig& config, Observer& observer);

  // Work to start, or nothing. `picture` has the margin extended; it was captured at `at`, now or before.
  std::optional<CodeJob> capture(codec::Picture picture, TimePoint at, TimePoint now);
  // The coding job's result. Work to start, or nothing: the frame is held (then `resume` may have more).
  std::optional<FinishJob> coded(Explored explored, TimePoint now);
  // After each tick of the session, before it is polled: a held frame goes out as soon as one of its
  // candidates fits. Work to start, or nothing.
  std::optional<FinishJob> tick(TimePoint now);
  void finished(codec::State next, TimePoint now);  // the oldest finishing job's result
  // After finished(), and after coded() or tick() gave nothing: the picture that waits, if any.
  std::optional<CodeJob> resume(TimePoint now);

  // Once after each round with the session: takes its events in.
  void take_session_events(TimePoint now);

  bool idle() const { return !busy() && !held_; }
  std::uint64_t captured() const { return next_number_ - 1; }
  std::uint64_t superseded() const { return superseded_; }  // captures replaced by newer ones before coding
  std::uint64_t skipped() const { return skipped_; }        // coded, but nothing fitted the budget
  std::uint64_t recoded() const { return recoded_; }        // coded again, from another source
  std::uint64_t in_doubt() const { return in_doubt_; }      // coded from two sources
  std::uint64_t sent_from_second() const { return sent_from_second_; }
  std::uint64_t sent() const { return sent_; }

 private:
  struct Captured {
    transport::FrameNumber number = 0;
    codec::Picture picture;
    TimePoint at;
  };
  struct LastSent {
    transport::FrameNumber number = 0;
    codec::Picture source;
    std::vector<codec::MotionVector> vectors;
    codec::Stillness stillness;
    codec::Quantizer quantizer = 40;
  };
  // A coded frame whose candidates were all above the budget.
  struct Held {
    CodeJob job;
    Explored explored;
    FrameEvent event;
  };

  struct Finishing {
    transport::FrameNumber number = 0;
    FrameEvent event;
  };

  bool busy() const { return coding_ || !finishing_.empty(); }
  std::optional<CodeJob> start(Captured captured, TimePoint now);
  std::optional<FinishJob> try_send(Held& coded, TimePoint now);
  void skip_held();
  void mind_source(TimePoint now);
  std::optional<CodeJob::Source> source_of(const transport::SourceChoice& choice,
                                           const codec::Picture& target) const;
  bool second_is_better(const Held& coded, TimePoint now) const;
  codec::FramePlan plan_for(const transport::SourceChoice& choice, const codec::State& from,
                            const codec::Hints& hints, const codec::Picture& target) const;
  std::optional<std::size_t> pick(const std::vector<codec::Candidate>& candidates, std::size_t budget,
                                  TimePoint now) const;
  void forget_states();

  transport::SendSession& session_;
  PipelineConfig config_;
  Observer& observer_;
  EffortControl effort_;
  FinestQuantizer finest_;
  std::map<transport::FrameNumber, codec::State> states_;
  std::optional<CodeJob> coding_;
  std::deque<Finishing> finishing_;  // sent, their states under way
  std::optional<Captured> waiting_;
  std::optional<Held> held_;
  std::optional<LastSent> last_;
  codec::Dimensions coded_size_;
  int golden_age_ = 0;
  transport::FrameNumber next_number_ = 1;
  std::uint64_t superseded_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t recoded_ = 0;
  std::uint64_t in_doubt_ = 0;
  std::uint64_t sent_from_second_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace skirret::sender
