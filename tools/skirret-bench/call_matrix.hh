#pragma once

#include <functional>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_link.hh"
#include "tools/bench/measure/looped_clip.hh"
#include "tools/bench/report/measured_run.hh"
#include "tools/bench/virtual/virtual_call.hh"

namespace skirret::bench {

// Systems over links over clips, each several times.
struct CallMatrix {
  std::vector<std::string> systems;
  std::vector<CallLink> links;
  std::vector<LoopedClip> clips;
  int repetitions = 1;
  std::uint64_t seed = 0;  // of the first repetition; each has the next one
  bool live = false;
  unsigned threads = 0;  // of virtual runs at once; 0: one for each core

  Duration duration = std::chrono::seconds(60);
  Duration offset = std::chrono::seconds(20);  // where in the trace a call begins
  Duration one_way = std::chrono::milliseconds(20);
  std::size_t queue_packets = 256;

  std::string folder;   // live runs are kept in its `runs`; empty: a temporary one
  bool resume = false;  // live runs that are kept there already are not run again

  // Of virtual runs.
  CodingModel coding = *CodingModel::parse("720p:15ms");
  ClockFault sender_clock;
  ClockFault receiver_clock;
  sender::PipelineConfig sender;
  std::string estimator = "ours";  // or "ewma", "gcc" (transport/rate/compared_models.hh)
};

// Whether a system runs live, and in virtual time.
bool runs_live(const std::string& system);
bool runs_virtually(const std::string& system);

// In the order of clips, links, systems, repetitions. Live runs go one by one, virtual ones beside each
// other. `stop` is asked now and then: what is done by then is given. `doing` and `done` are called by one
// thread at a time. The first error ends the matrix.
Result<std::vector<MeasuredRun>> run_matrix(const CallMatrix& matrix, const std::function<bool()>& stop,
                                            const std::function<void(const std::string&)>& doing,
                                            const std::function<void(const MeasuredRun&)>& done);
std::size_t runs_in(const CallMatrix& matrix);

}  // namespace skirret::bench
