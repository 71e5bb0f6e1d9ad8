#include "transport/link/named_source.hh"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "transport/link/lte_model.hh"

namespace skirret::transport {
namespace {

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Mbit/s to bit/s, between 1 kbit/s and 10 Gbit/s.
std::optional<std::uint64_t> rate_from(std::string_view text) {
  const std::optional<double> mbit = number_from<double>(text);
  if (!mbit || !(*mbit >= 0.001) || !(*mbit <= 10'000)) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*mbit * 1e6));
}

std::string in_mbit(std::uint64_t bits_per_second) {
  std::string text = std::to_string(bits_per_second / 1'000'000);
  std::string fraction = std::to_string(1'000'000 + bits_per_second % 1'000'000).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (!fraction.empty()) text += "." + fraction;
  return text + " Mbit/s";
}

Result<NamedSource> constant_source(const std::string& text, std::string_view rate_text) {
  const std::optional<std::uint64_t> rate = rate_from(rate_text);
  if (!rate) {
    return fail(
        ErrorCode::kInvalid,
        "'" + text + "': write constant:MBIT with a rate of 0.001 to 10000 Mbit/s, e.g. constant:2.5");
  }
  return NamedSource{"constant " + in_mbit(*rate),
                     [rate = *rate] { return std::make_unique<ConstantOpportunities>(rate); }};
}

Result<NamedSource> lte_source(const std::string& text, std::string_view options, std::uint64_t default_seed,
                               std::uint64_t seed_offset) {
  LteConfig config;
  config.seed = default_seed;
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find(','));
    options.remove_prefix(std::min(options.size(), option.size() + 1));
    const std::size_t equals = std::min(option.find('='), option.size());
    const std::string_view name = option.substr(0, equals);
    const std::string_view value = option.substr(std::min(equals + 1, option.size()));
    const std::optional<std::uint64_t> seed = number_from<std::uint64_t>(value);
    const std::optional<std::uint64_t> mean = rate_from(value);
    if (name == "seed" && seed) {
      config.seed = *seed;
    } else if (name == "mean" && mean && *mean >= LteConfig::kLeastMean && *mean <= LteConfig::kMostMean) {
      config.mean_bits_per_second = *mean;
    } else {
      return fail(ErrorCode::kInvalid,
                  "'" + text + "': '" + std::string(option) +
                      "' is none of the model's options; write lte:seed=N,mean=MBIT with a "
                      "mean of 0.1 to 100 Mbit/s");
    }
  }
  config.seed += seed_offset;
  return NamedSource{"lte model (seed " + std::to_string(config.seed) + ", mean " +
                         in_mbit(config.mean_bits_per_second) + ")",
                     [config] { return std::make_unique<LteOpportunities>(config); }};
}

}  // namespace

Result<NamedSource> open_named_source(const std::string& text, std::uint64_t default_seed,
                                      std::uint64_t seed_offset) {
  const std::string_view view = text;
  if (view.starts_with("constant:")) return constant_source(text, view.substr(9));
  if (view == "lte") return lte_source(text, {}, default_seed, seed_offset);
  if (view.starts_with("lte:")) return lte_source(text, view.substr(4), default_seed, seed_offset);
  Result<Trace> trace = load_trace(text);
  if (!trace) return tl::unexpected(trace.error());
  const auto shared = std::make_shared<const Trace>(std::move(*trace));
  return NamedSource{text.substr(text.find_last_of('/') + 1),
                     [shared] { return std::make_unique<TraceOpportunities>(shared); }};
}

}  // namespace skirret::transport
