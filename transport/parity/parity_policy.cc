#include "transport/parity/parity_policy.hh"

#include <algorithm>
#include <cmath>
#include <vector>

namespace skirret::transport {
namespace {

constexpr double kLeastLoss = 0.001;     // below this nothing is worth a row
constexpr double kRunMemory = 1.0 / 50;  // of the mean run of losses, a run
constexpr double kNoticeable = 0.1;      // a relative change that the tables are made anew for

// For 1, 2, … packets in a row: the chance that more than a number of them are lost. One sweep over the
// chain's states and the numbers lost so far.
class LossTails {
 public:
  LossTails(double loss, double mean_run) {
    const double leave = 1 / mean_run;
    const double enter = std::min(1.0, leave * loss / (1 - loss));
    std::vector<double> good(kColumns), bad(kColumns);
    good[0] = 1 - loss;
    bad[0] = loss;  // the state that the next packet meets
    tails_.resize(kMost + 1, std::vector<double>(kColumns));
    for (std::size_t n = 1; n <= kMost; ++n) {
      std::vector<double> next_good(kColumns), next_bad(kColumns);
      double within = 0;
      for (std::size_t l = 0; l < kColumns; ++l) {
        const double lost = l > 0 ? bad[l - 1] : 0;
        within += good[l] + lost;
        tails_[n][l] = std::max(0.0, 1 - within);
        next_good[l] = good[l] * (1 - enter) + lost * leave;
        next_bad[l] = good[l] * enter + lost * (1 - leave);
      }
      good.swap(next_good);
      bad.swap(next_bad);
    }
  }

  // The fewest rows so that of n + rows packets more than `rows` are lost less often than this.
  std::uint8_t rows_for(std::uint32_t fragments, double residual) const {
    std::uint32_t rows = 0;
    while (rows < kMaxParityRows && tails_[fragments + rows][rows] > residual) ++rows;
    return static_cast<std::uint8_t>(rows);
  }

 private:
  static constexpr std::size_t kColumns = kMaxParityRows + 1;
  static constexpr std::size_t kMost = kMaxParityFragments + kMaxParityRows;
  std::vector<std::vector<double>> tails_;
};

bool noticeably(double now, double before) {
  return std::abs(now - before) > kNoticeable * std::max(before, kLeastLoss);
}

}  // namespace

void ParityPolicy::delivered(std::size_t packets) {
  loss_ *= std::pow(1 - kMemory, static_cast<double>(packets));
  refresh_tables();
}

void ParityPolicy::lost(std::span<const std::uint64_t> numbers) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    ++run;
    if (i + 1 < numbers.size() && numbers[i + 1] == numbers[i] + 1) continue;
    lost_run(std::min(run, kLongestRun));
    run = 0;
  }
  refresh_tables();
}

void ParityPolicy::lost_run(std::size_t packets) {
  loss_ = 1 - (1 - loss_) * std::pow(1 - kMemory, static_cast<double>(packets));
  lost_ = lost_ * (1 - kRunMemory) + static_cast<double>(packets);
  runs_ = runs_ * (1 - kRunMemory) + 1;
}

void ParityPolicy::refresh_tables() {
  if (!noticeably(loss_, made_for_loss_) && !noticeably(mean_run(), made_for_run_)) return;
  made_for_loss_ = loss_;
  made_for_run_ = mean_run();
  rows_.fill(0);
  spare_rows_.fill(0);
  if (loss_ < kLeastLoss) return;
  const LossTails tails(std::min(loss_, 0.5), std::max(1.0, mean_run()));
  for (std::uint32_t n = 1; n <= kMaxParityFragments; ++n) {
    rows_[n] = tails.rows_for(n, kResidual);
    spare_rows_[n] = tails.rows_for(n, kSpareResidual);
  }
}

}  // namespace skirret::transport
