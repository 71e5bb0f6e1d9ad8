#include "tools/skirret-cloudenc/watch.hh"

#include <array>
#include <chrono>
#include <cstdio>

namespace skirret::cloudenc_tool {
namespace {

TimePoint now() {
  return from_ns(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  std::array<char, 48> text{};
  if (whole >= 3600)
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  else
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  return text.data();
}

}  // namespace

void Watch::stage(const char* name, const cloudenc::Graph& graph) {
  stage_ = name;
  counts_.clear();
  done_ = frames_ = 0;
  cost_all_ = cost_done_ = cost_run_ = 0;
  begun_ = now();
  for (const cloudenc::Node& node : graph.nodes()) {
    ++counts_[node.function].all;
    cost_all_ += node.cost;
  }
  progress_.reset();  // wipes the line of the stage before
  progress_ = std::make_unique<cli::Progress>(stage_, graph.nodes().size());
}

void Watch::event(const cloudenc::JobEvent& event) {
  const cloudenc::Node& node = *event.node;
  Count& count = counts_[node.function];
  if (count.done < count.all) {  // one made again counts once
    ++count.done;
    ++done_;
    cost_done_ += node.cost;
  }
  if (event.attempt) {
    cost_run_ += node.cost;
    entries_.push_back({node.function, node.label, *event.attempt});
    if (const auto quantizers = node.arguments.find("quantizers"); quantizers != node.arguments.end())
      frames_ += quantizers->size();
  }
  progress_->update(done_, note());
}

// "8.1 frames/s, 1:30 left: chunk 12/64 bridge 10/60 …": what a narrow terminal cuts off stands last.
std::string Watch::note() const {
  std::string text;
  const double passed = to_seconds(now() - begun_);
  std::array<char, 64> speed{};
  if (passed > 1 && frames_ > 0) {
    std::snprintf(speed.data(), speed.size(), "%.1f frames/s, ", static_cast<double>(frames_) / passed);
    text += speed.data();
  }
  if (passed > 1 && cost_run_ > 0) {
    const auto left = static_cast<double>(cost_all_ - cost_done_);
    text += duration_text(passed * left / static_cast<double>(cost_run_)) + " left: ";
  }
  for (const char* function :
       {"chunk", "bridge", "rebase", "stitch", "index", "pictures", "first_pass", "score", "sound"}) {
    const auto found = counts_.find(function);
    if (found == counts_.end()) continue;
    text += std::string(function) + " " + std::to_string(found->second.done) + "/" +
            std::to_string(found->second.all) + " ";
  }
  return text;
}

}  // namespace skirret::cloudenc_tool
