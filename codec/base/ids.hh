#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace skirret {

// XXH3-64 over a State's canonical bytes. Detects errors inside a sealed session; never a key of a store.
struct StateId {
  std::uint64_t value = 0;
  auto operator<=>(const StateId&) const = default;
};

}  // namespace skirret

template <>
struct std::hash<skirret::StateId> {
  std::size_t operator()(skirret::StateId id) const noexcept { return static_cast<std::size_t>(id.value); }
};
