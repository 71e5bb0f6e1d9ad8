#include <algorithm>
#include <optional>
#include <vector>

#include "codec/encoder/encoder.hh"
#include "codec/encoder/followers.hh"
#include "codec/encoder/size_model.hh"

namespace skirret::codec {
namespace {

// What to code next: a quantizer, or (when even the coarsest is too large) a size to press below.
struct Order {
  Quantizer quantizer = 0;
  std::optional<std::size_t> within;
};

// Refinements beyond the candidates asked for, while none is close to the middle aim.
constexpr std::size_t kRefinements = 5;

// The sequence of orders depends on the aim and on the sizes that earlier rounds gave, never on threads or
// time. Rounds: the middle aim; the low and the high one; then the middle again until a candidate is close to
// it, and the widest gaps between; then, while nothing is as small as the low aim, coarser quantizers and at
// last a pressed frame.
class Explorer {
 public:
  Explorer(const State& from, const Picture& target, const Aim& aim, const ExploreOptions& options,
           Executor& executor, std::stop_token stop)
      : from_(from),
        target_(target),
        low_(std::max<std::size_t>(aim.low, 1)),
        middle_(std::max(aim.middle, low_)),
        high_(std::max(aim.high, middle_)),
        wanted_(static_cast<std::size_t>(std::max(options.candidates, 1))),
        finest_(std::clamp(options.finest, 0, 127)),
        model_(std::clamp(options.previous_quantizer, finest_, 127), middle_),
        executor_(executor),
        stop_(std::move(stop)) {}

  QuantizerRange expected() const {
    return {std::max(model_.quantizer_for(high_), finest_), model_.quantizer_for(low_)};
  }

  void run(Exploration& exploration) {
    analysis_ = &exploration.analysis;
    candidates_ = &exploration.candidates;
    if (!code_round(orders_for({middle_}))) return;  // chooses the modes that the others are coded with
    if (candidates_->front().quantizer == 127 && candidates_->front().bytes.size() > middle_) {
      if (!press_all()) return;
    } else {
      if (wanted_ > 1 && !code_round(orders_for(wanted_ > 2 ? std::vector{low_, high_} : std::vector{low_})))
        return;
      while (const auto size = next_size())
        if (!code_round(orders_for({*size}))) return;
      reach_low();
    }
    while (candidates_->size() < wanted_) {  // quantizers are used up near the aims: take the next free one
      const auto free = free_quantizer(candidates_->back().quantizer);
      if (!free || !code_round({{*free, std::nullopt}})) return;
    }
  }

 private:
  std::vector<Order> orders_for(const std::vector<std::size_t>& sizes) {
    std::vector<Order> orders;
    for (const std::size_t size : sizes)
      if (const auto free = free_quantizer(std::max(model_.quantizer_for(size), finest_))) {
        used_[static_cast<std::size_t>(*free)] = true;
        orders.push_back({*free, std::nullopt});
      }
    return orders;
  }

  // Whether a candidate has at least 3/5 of this size and no more than a tenth above it.
  bool reached(std::size_t size) const {
    return std::ranges::any_of(*candidates_, [size](const Candidate& one) {
      return one.bytes.size() * 5 >= size * 3 && one.bytes.size() * 10 <= size * 11;
    });
  }

  std::optional<std::size_t> next_size() const {
    const std::size_t count = candidates_->size();
    if (!reached(middle_)) {
      const auto& finest = *std::ranges::min_element(*candidates_, {}, &Candidate::quantizer);
      const auto& coarsest = *std::ranges::max_element(*candidates_, {}, &Candidate::quantizer);
      const bool beyond = (finest.quantizer <= finest_ && finest.bytes.size() < middle_) ||
                          (coarsest.quantizer == 127 && coarsest.bytes.size() > middle_);
      if (!beyond && count < wanted_ + kRefinements) return middle_;
    }
    if (count >= wanted_) return std::nullopt;
    if (!reached(high_)) return high_;
    return middle_ - (middle_ - low_) / 2;
  }

  std::optional<Quantizer> free_quantizer(Quantizer near) const {
    for (int away = 0; away < 128; ++away)
      for (const Quantizer q : {near + away, near - away})
        if (q >= finest_ && q < 128 && !used_[static_cast<std::size_t>(q)]) return q;
    return std::nullopt;
  }

  std::size_t smallest() const {
    std::size_t size = candidates_->front().bytes.size();
    for (const Candidate& c : *candidates_) size = std::min(size, c.bytes.size());
    return size;
  }

  void reach_low() {
    for (int attempt = 0; attempt < 2 && smallest() > low_; ++attempt) {
      if (used_[127]) break;
      const Quantizer predicted = attempt == 0 ? model_.quantizer_for(low_ - low_ / 16) : 127;
      const Quantizer coarser = std::max(predicted, coarsest_used() + 1);
      used_[static_cast<std::size_t>(coarser)] = true;
      if (!code_round({{coarser, std::nullopt}})) return;
    }
    if (smallest() > low_) press_all();
  }

  bool has_pressed(int level) const {
    return std::ranges::any_of(*candidates_, [level](const Candidate& one) {
      return one.quantizer == 127 && one.shrink_level == level;
    });
  }

  // Not even the coarsest quantizer gives what the aims still ask for: pressed frames do.
  bool press_all() {
    const std::size_t least = smallest();
    std::vector<Order> orders;
    for (const std::size_t size : {low_, middle_, high_})
      if (size < least && orders.size() < wanted_ && (orders.empty() || *orders.back().within != size))
        orders.push_back({127, size});
    return code_round(orders);
  }

  Quantizer coarsest_used() const {
    Quantizer q = 127;
    while (q > 0 && !used_[static_cast<std::size_t>(q)]) --q;
    return q;
  }

  // False when the stop cut the round short: what was coded before the gap stays.
  bool code_round(const std::vector<Order>& orders) {
    std::vector<std::optional<Candidate>> made(orders.size());
    if (!candidates_->empty() && !followers_)
      followers_.emplace(from_, target_, *analysis_, candidates_->front());
    executor_.run(orders.size(), [&](std::size_t i) {
      if (stop_.stop_requested()) return;
      made[i] = orders[i].within ? code_within(from_, target_, *analysis_, *orders[i].within)
                : followers_     ? followers_->code(orders[i].quantizer)
                                 : code(from_, target_, *analysis_, orders[i].quantizer);
    });
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (!made[i]) return false;
      if (orders[i].within && has_pressed(made[i]->shrink_level)) continue;
      used_[static_cast<std::size_t>(orders[i].quantizer)] = true;
      if (!orders[i].within) model_.add(orders[i].quantizer, made[i]->bytes.size());
      candidates_->push_back(std::move(*made[i]));
    }
    return true;
  }

  const State& from_;
  const Picture& target_;
  std::size_t low_, middle_, high_, wanted_;
  Quantizer finest_;
  SizeModel model_;
  Executor& executor_;
  std::stop_token stop_;
  const Analysis* analysis_ = nullptr;
  std::vector<Candidate>* candidates_ = nullptr;
  std::optional<Followers> followers_;  // of the first
  std::array<bool, 128> used_{};
};

}  // namespace

Exploration explore(const State& from, const Picture& target, const FramePlan& plan, const Hints& hints,
                    const Effort& effort, const Aim& aim, const ExploreOptions& options, Executor& executor,
                    std::stop_token stop) {
  Exploration exploration;
  Explorer explorer(from, target, aim, options, executor, stop);
  if (stop.stop_requested()) return exploration;
  exploration.analysis = analyse(from, target, plan, explorer.expected(), hints, effort, &executor, stop);
  if (!exploration.analysis.empty()) explorer.run(exploration);
  return exploration;
}

}  // namespace skirret::codec
