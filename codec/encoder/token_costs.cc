#include "codec/encoder/token_costs.hh"

namespace skirret::codec {

constinit const detail::MagnitudeTables kMagnitudes = detail::make_magnitude_tables();

namespace {

// Each token's way through the tree (RFC 6386 section 13.2): node and branch of every decision, the end
// of block's decision first.
struct Step {
  std::int8_t node;
  bool one;
};
struct Path {
  std::array<Step, 7> steps;
  int length;
};
constexpr std::array<Path, kTokenCount> kPaths = {{
    {{{{0, true}, {1, false}}}, 2},                                                          // 0
    {{{{0, true}, {1, true}, {2, false}}}, 3},                                               // 1
    {{{{0, true}, {1, true}, {2, true}, {3, false}, {4, false}}}, 5},                        // 2
    {{{{0, true}, {1, true}, {2, true}, {3, false}, {4, true}, {5, false}}}, 6},             // 3
    {{{{0, true}, {1, true}, {2, true}, {3, false}, {4, true}, {5, true}}}, 6},              // 4
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, false}, {7, false}}}, 6},             // category 1
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, false}, {7, true}}}, 6},              // category 2
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {8, false}, {9, false}}}, 7},  // category 3
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {8, false}, {9, true}}}, 7},   // category 4
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {8, true}, {10, false}}}, 7},  // category 5
    {{{{0, true}, {1, true}, {2, true}, {3, true}, {6, true}, {8, true}, {10, true}}}, 7},   // category 6
    {{{{0, false}}}, 1},                                                                     // end of block
}};

std::uint16_t token_cost(const std::array<Probability, 11>& p, std::size_t token, std::size_t skipped) {
  Cost cost = 0;
  for (std::size_t i = skipped; i < static_cast<std::size_t>(kPaths[token].length); ++i) {
    const Step& step = kPaths[token].steps[i];
    cost += cost_of_bit(p[static_cast<std::size_t>(step.node)], step.one);
  }
  return static_cast<std::uint16_t>(cost);
}

}  // namespace

TokenCosts::TokenCosts(const CoefficientProbabilities& probabilities) {
  for (std::size_t type = 0; type < 4; ++type) {
    std::array<Rows, 8> bands;
    for (std::size_t band = 0; band < 8; ++band)
      for (std::size_t context = 0; context < 3; ++context)
        for (std::size_t after_zero = 0; after_zero < 2; ++after_zero)
          for (std::size_t token = 0; token < kTokenCount; ++token)
            bands[band][context][after_zero][token] =
                token_cost(probabilities[type][band][context], token, after_zero);
    for (std::size_t position = 0; position < 16; ++position)
      at_[type][position] = bands[tables::kBands[position]];
  }
}

std::array<BranchCount, 11> TokenCounts::branches(std::size_t type, std::size_t band,
                                                  std::size_t context) const {
  std::array<BranchCount, 11> result;
  for (std::size_t after_zero = 0; after_zero < 2; ++after_zero)
    for (std::size_t token = 0; token < kTokenCount; ++token) {
      const std::uint32_t count = counts_[type][band][context][after_zero][token];
      if (count == 0) continue;
      for (std::size_t i = after_zero; i < static_cast<std::size_t>(kPaths[token].length); ++i) {
        const Step& step = kPaths[token].steps[i];
        BranchCount& branch = result[static_cast<std::size_t>(step.node)];
        (step.one ? branch.ones : branch.zeros) += count;
      }
    }
  return result;
}

}  // namespace skirret::codec
