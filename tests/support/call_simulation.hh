#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "transport/link/virtual_network.hh"
#include "transport/session/receive_listener.hh"
#include "transport/session/send_session.hh"

namespace skirret::test {

// The two ends' codec in a simulated call: the real one, or SyntheticCodec. Frames and states go by number; a
// key frame has source 0. Each end has an object of its own, made anew when that end is restarted.
class CallEncoder {
 public:
  virtual ~CallEncoder() = default;
  // Codes picture `captured` from the state of `source`, at most `limit` bytes (read after the candidates
  // were made around `aim`); nothing when no candidate fits. Remembers the state as `number`'s.
  virtual std::optional<ByteVector> encode(std::uint64_t captured, transport::FrameNumber number,
                                           transport::FrameNumber source, const transport::SizeForecast& aim,
                                           std::size_t limit) = 0;
  virtual StateId state(transport::FrameNumber number) = 0;  // of a frame that encode() made
  virtual void forget(const std::function<bool(transport::FrameNumber)>& needed) = 0;  // states not needed
};

class CallDecoder {
 public:
  struct Decoded {
    StateId state;
    std::size_t state_bytes = 0;
  };
  virtual ~CallDecoder() = default;
  virtual std::optional<Decoded> decode(const transport::FrameReady& frame) = 0;
  virtual void drop(transport::FrameNumber number) = 0;
  virtual void restart() = 0;  // a new session: no state is held
};

// A frame is any number of seeded bytes up to the limit; a state's id is a hash of its source's id and the
// frame's bytes, so that an end which decodes from a wrong state ends with a wrong id.
class SyntheticEncoder final : public CallEncoder {
 public:
  explicit SyntheticEncoder(std::size_t smallest = 100, std::size_t largest = 200'000)
      : smallest_(smallest), largest_(largest) {}
  std::optional<ByteVector> encode(std::uint64_t captured, transport::FrameNumber number,
                                   transport::FrameNumber source, const transport::SizeForecast& aim,
                                   std::size_t limit) override;
  StateId state(transport::FrameNumber number) override { return states_.at(number); }
  void forget(const std::function<bool(transport::FrameNumber)>& needed) override;

 private:
  std::size_t smallest_;
  std::size_t largest_;
  std::map<transport::FrameNumber, StateId> states_;
};

// The same with three candidates: each about as large as one of the aims (within a tenth), and no other size.
class ThreeCandidates final : public CallEncoder {
 public:
  std::optional<ByteVector> encode(std::uint64_t captured, transport::FrameNumber number,
                                   transport::FrameNumber source, const transport::SizeForecast& aim,
                                   std::size_t limit) override;
  StateId state(transport::FrameNumber number) override { return any_size_.state(number); }
  void forget(const std::function<bool(transport::FrameNumber)>& needed) override {
    any_size_.forget(needed);
  }

 private:
  SyntheticEncoder any_size_;
};

class SyntheticDecoder final : public CallDecoder {
 public:
  explicit SyntheticDecoder(std::size_t state_bytes = 1'000'000) : state_bytes_(state_bytes) {}
  std::optional<Decoded> decode(const transport::FrameReady& frame) override;
  void drop(transport::FrameNumber number) override { states_.erase(number); }
  void restart() override { states_.clear(); }

 private:
  std::size_t state_bytes_;
  std::map<transport::FrameNumber, StateId> states_;
};

struct CallOptions {
  std::function<std::unique_ptr<transport::OpportunitySource>()> forward;
  std::function<std::unique_ptr<transport::OpportunitySource>()> reverse;
  transport::LinkConfig forward_link;
  transport::LinkConfig reverse_link;
  Duration duration = std::chrono::seconds(60);
  Duration frame_interval = std::chrono::nanoseconds(33'333'333);
  Duration coding_time{};  // from the capture to the moment of choosing
  transport::SendConfig send;
  transport::ReceiveConfig receive;
  bool two_sources = false;     // in doubt, the one that is more likely to be of use when the frame is sent
  std::size_t probe_bytes = 0;  // of a frame that serves as a probe; 0: as the session asks, as the programs
  std::uint64_t seed = 1;
  std::function<std::unique_ptr<CallEncoder>()> encoder = [] { return std::make_unique<SyntheticEncoder>(); };
  std::function<std::unique_ptr<CallDecoder>()> decoder = [] { return std::make_unique<SyntheticDecoder>(); };
};

// What became of one captured picture.
struct CallFrame {
  TimePoint captured{};
  transport::FrameNumber number = 0;  // 0: skipped
  transport::SourceChoice from;       // what it was to be coded from, at the capture
  transport::SizeForecast aim;        // told at the capture
  bool chosen = false;                // coded, and the budget was read
  std::size_t budget = 0;
  std::size_t bytes = 0;
  bool probe = false;
  bool from_second = false;  // coded from the session's second source
  std::optional<TimePoint> decoded;
  std::optional<TimePoint> shown;  // decoded, and newer than all shown before
};

// A whole call in virtual time: a sender and a receiver program reduced to what they do with their sessions,
// over two emulated links. The same options give the same numbers each time.
class CallSimulation {
 public:
  explicit CallSimulation(CallOptions options);
  // A call among others over `shared`, which outlives it: each has a slot and a seed of its own. The links
  // are those of `shared`.
  CallSimulation(CallOptions options, transport::VirtualNetwork& shared, std::size_t slot);
  ~CallSimulation();

  transport::VirtualNetwork& network() { return network_; }
  void run();  // to the end of the options' duration
  void run_until(TimePoint end);

  void restart_sender(TimePoint now);  // as if the program was killed: no Close
  void restart_receiver(TimePoint now);
  // This end's machine sleeps from now on; its clock may stand still meanwhile (then it is told).
  void suspend(transport::Side side, Duration sleep, bool clock_stands_still);
  // A packet that leaves more than so many full ones behind it in the forward queue carries a congestion
  // mark.
  void mark_above(std::size_t packets) { mark_above_ = packets; }

  transport::SendSession& sender() { return *sender_; }
  transport::ReceiveListener& receiver() { return *receiver_; }

  // By time of capture; over all of a call's sender runs.
  const std::vector<CallFrame>& frames() const { return frames_; }
  const std::vector<transport::SendEvent>& sender_events() const { return sender_events_; }
  std::size_t key_frames() const { return key_frames_; }
  std::size_t over_budget() const { return over_budget_; }
  std::size_t most_states_held() const { return most_states_; }

  // Figures of [begin, end) by the forward link's own log.
  struct Figures {
    double queue_p50_ms = 0;
    double queue_p95_ms = 0;  // both outside outages
    double use = 0;           // charged bytes carried / offered
    double mbps = 0;          // carried
    std::size_t captured = 0;
    std::size_t shown = 0;
    double delay_p50_ms = 0;  // capture to shown
    double delay_p95_ms = 0;
  };
  Figures figures(TimePoint begin, TimePoint end) const;
  // The first time at or after `from` at which a picture captured at or after `from` was shown, less `from`.
  std::optional<Duration> first_shown_after(TimePoint from) const;
  // For each picture captured in [begin, end): the time from its capture until it or a later one was shown,
  // less our own queue's drain: the longest wait in the forward link's queue, by its log, of a packet that
  // entered it meanwhile.
  std::vector<Duration> delays_without_queue(TimePoint begin, TimePoint end) const;

 private:
  void start();
  void attach_sender();
  void connect_sender();
  void connect_receiver();
  TimePoint sender_time(TimePoint now) const { return now - sender_slept_; }
  TimePoint receiver_time(TimePoint now) const { return now - receiver_slept_; }
  static TimePoint by_network(TimePoint own, Duration slept);
  void attach_receiver();
  bool capture(TimePoint now);
  void offer_again(TimePoint now);
  void choose(std::size_t index, TimePoint now);
  void choose_source(CallFrame& frame, TimePoint now);
  void try_probe(std::size_t index, TimePoint now);
  void try_send(std::size_t index, std::size_t limit, bool probe, TimePoint now);
  void take_sender_events();
  void take_receiver_events(TimePoint now);

  CallOptions options_;
  std::unique_ptr<transport::RandomSource> random_;
  transport::Identity identity_;
  std::unique_ptr<transport::VirtualNetwork> own_network_;
  transport::VirtualNetwork& network_;
  std::size_t slot_ = 0;
  std::unique_ptr<CallEncoder> encoder_;
  std::unique_ptr<CallDecoder> decoder_;
  std::unique_ptr<transport::SendSession> sender_;
  std::unique_ptr<transport::ReceiveListener> receiver_;

  Duration sender_slept_{};  // while its clock stood still
  Duration receiver_slept_{};
  bool sender_sleeps_ = false;
  bool receiver_sleeps_ = false;
  std::size_t mark_above_ = SIZE_MAX;

  std::vector<CallFrame> frames_;
  std::size_t run_start_ = 0;        // in frames_: where the current sender began
  std::optional<std::size_t> held_;  // in frames_: coded, and not sent yet
  transport::FrameNumber next_number_ = 1;
  std::map<transport::FrameNumber, std::size_t> by_number_;  // of the current sender
  transport::FrameNumber newest_shown_ = 0;
  std::vector<transport::SendEvent> sender_events_;
  std::size_t key_frames_ = 0;
  std::size_t over_budget_ = 0;
  std::size_t most_states_ = 0;
};

}  // namespace skirret::test
