#include "tools/bench/report/baseline.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "transport/link/random.hh"

namespace skirret::bench {
namespace {

constexpr int kResamples = 2000;

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double resampled_median(const std::vector<double>& values, transport::LinkRandom& random) {
  std::vector<double> drawn;
  for (std::size_t i = 0; i < values.size(); ++i) drawn.push_back(values[random.next() % values.size()]);
  return median_of(std::move(drawn));
}

std::pair<double, double> interval_of(const std::vector<double>& before, const std::vector<double>& now) {
  transport::LinkRandom random(1);
  std::vector<double> differences;
  for (int i = 0; i < kResamples; ++i)
    differences.push_back(resampled_median(now, random) - resampled_median(before, random));
  std::ranges::sort(differences);
  return {differences[kResamples / 40], differences[kResamples - 1 - kResamples / 40]};
}

using Values = std::map<std::string, std::vector<double>>;  // by figure

// The groups of a report, by key.
Result<std::map<std::string, Values>> groups_of(const Json& report, const std::string& name) {
  std::map<std::string, Values> groups;
  const auto wrong = [&] {
    return fail(ErrorCode::kMalformed, name + ": no report of skirret-bench --json with groups of figures");
  };
  if (!report.is_object() || !report.contains("groups") || !report["groups"].is_array()) return wrong();
  for (const Json& group : report["groups"]) {
    if (!group.is_object() || !group.contains("key") || !group["key"].is_string()) return wrong();
    if (!group.contains("values") || !group["values"].is_object()) return wrong();
    Values& values = groups[group["key"].get<std::string>()];
    for (const auto& [figure, numbers] : group["values"].items()) {
      if (!numbers.is_array()) return wrong();
      for (const Json& number : numbers) {
        if (!number.is_number()) return wrong();
        values[figure].push_back(number.get<double>());
      }
    }
  }
  return groups;
}

FigureChange change_of(const std::string& group, const ComparedFigure& figure,
                       const std::vector<double>& before, const std::vector<double>& now, double tolerance) {
  FigureChange change;
  change.group = group;
  change.figure = figure;
  change.before = median_of(before);
  change.now = median_of(now);
  std::tie(change.low, change.high) = interval_of(before, now);
  const double difference = change.now - change.before;
  const double noise = tolerance * std::max(figure.noise, figure.noise_share * std::abs(change.before));
  change.beyond_noise = (change.low > 0 || change.high < 0) && std::abs(difference) > noise;
  change.worse = change.beyond_noise && (difference > 0) == figure.lower_is_better;
  return change;
}

}  // namespace

bool Comparison::regressed() const {
  return std::ranges::any_of(changes, &FigureChange::worse);
}

Result<Comparison> compare_groups(const Json& baseline, const Json& now,
                                  const std::vector<ComparedFigure>& figures, const std::string& name,
                                  double tolerance) {
  const auto before = groups_of(baseline, name);
  if (!before) return tl::unexpected(before.error());
  const auto after = groups_of(now, "this run");
  if (!after) return tl::unexpected(after.error());
  Comparison comparison;
  for (const auto& [key, values] : *after) {
    const auto partner = before->find(key);
    if (partner == before->end()) {
      comparison.only_now.push_back(key);
      continue;
    }
    for (const ComparedFigure& figure : figures) {
      const auto old = partner->second.find(figure.name);
      const auto fresh = values.find(figure.name);
      if (old == partner->second.end() || fresh == values.end()) continue;
      if (!old->second.empty() && !fresh->second.empty())
        comparison.changes.push_back(change_of(key, figure, old->second, fresh->second, tolerance));
    }
  }
  for (const auto& [key, values] : *before)
    if (!after->contains(key)) comparison.only_before.push_back(key);
  if (comparison.changes.empty()) return fail(ErrorCode::kInvalid, name + ": nothing in it was measured now");
  return comparison;
}

Result<Comparison> compare_with(const Json& baseline, const Json& now, const std::string& name,
                                double tolerance) {
  return compare_groups(baseline, now, {key_figures().begin(), key_figures().end()}, name, tolerance);
}

Json comparison_json(const Comparison& comparison) {
  Json changes = Json::array();
  for (const FigureChange& change : comparison.changes)
    changes.push_back({{"group", change.group},
                       {"figure", change.figure.name},
                       {"before", change.before},
                       {"now", change.now},
                       {"low", change.low},
                       {"high", change.high},
                       {"beyond_noise", change.beyond_noise},
                       {"worse", change.worse}});
  return {{"regressed", comparison.regressed()},
          {"changes", std::move(changes)},
          {"only_before", comparison.only_before},
          {"only_now", comparison.only_now}};
}

std::string comparison_text(const Comparison& comparison) {
  std::string text;
  for (const FigureChange& change : comparison.changes) {
    if (!change.beyond_noise) continue;
    char line[320];
    std::snprintf(line, sizeof line, "%s: %s: %s %.4g -> %.4g %s (difference %.3g to %.3g)\n",
                  change.worse ? "worse" : "better", change.group.c_str(), change.figure.title, change.before,
                  change.now, change.figure.unit, change.low, change.high);
    text += line;
  }
  if (text.empty()) text = "nothing changed beyond noise\n";
  for (const std::string& key : comparison.only_before) text += "not measured now: " + key + "\n";
  for (const std::string& key : comparison.only_now) text += "not in the baseline: " + key + "\n";
  return text;
}

}  // namespace skirret::bench
