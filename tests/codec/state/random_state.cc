#include "tests/codec/state/random_state.hh"

#include <utility>

namespace skirret::test {

using namespace codec;

Picture random_picture(Random& random, Dimensions dimensions) {
  MutablePicture picture(dimensions);
  for (const PlaneName name : {PlaneName::kY, PlaneName::kU, PlaneName::kV}) {
    const auto plane = picture.plane(name);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) *plane.at(x, y) = static_cast<std::uint8_t>(random.next());
  }
  return Picture(std::move(picture));
}

State random_state(Random& random, Dimensions dimensions) {
  State state;
  state.dimensions = dimensions;
  state.horizontal_scale = static_cast<std::uint8_t>(random.below(4));
  state.vertical_scale = static_cast<std::uint8_t>(random.below(4));
  state.color_space = random.chance(1, 2);
  state.clamping_unneeded = random.chance(1, 2);
  state.last = random_picture(random, dimensions);
  state.golden = random.chance(1, 2) ? state.last : random_picture(random, dimensions);
  state.altref = random.chance(1, 2) ? state.golden : random_picture(random, dimensions);
  for (auto& type : state.probabilities.coefficients)
    for (auto& band : type)
      for (auto& context : band)
        for (auto& p : context) p = static_cast<Probability>(random.next());
  for (auto& component : state.probabilities.vectors)
    for (auto& p : component) p = static_cast<Probability>(random.next());
  state.segmentation.absolute = random.chance(1, 2);
  for (auto& value : state.segmentation.quantizer)
    value = static_cast<std::int8_t>(random.between(-127, 127));
  for (auto& value : state.segmentation.filter_level)
    value = static_cast<std::int8_t>(random.between(-63, 63));
  for (auto& value : state.filter_deltas.reference) value = static_cast<std::int8_t>(random.between(-63, 63));
  for (auto& value : state.filter_deltas.mode) value = static_cast<std::int8_t>(random.between(-63, 63));
  if (random.chance(2, 3)) {
    std::vector<std::uint8_t> map(static_cast<std::size_t>(dimensions.mb_count()));
    for (auto& segment : map) segment = static_cast<std::uint8_t>(random.below(4));
    state.segment_map = std::make_shared<const std::vector<std::uint8_t>>(std::move(map));
  }
  return state;
}

}  // namespace skirret::test
