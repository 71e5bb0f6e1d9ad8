#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codec/base/check.hh"

namespace skirret::codec {

// A borrowed view of 8-bit samples. `at(x, y)` is unchecked: callers stay inside width x height.
struct PlaneView {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0;  // bytes between rows
  int width = 0;
  int height = 0;

  const std::uint8_t* row(int y) const { return data + y * stride; }
  const std::uint8_t* at(int x, int y) const { return data + y * stride + x; }
};

struct MutablePlaneView {
  std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0;
  int width = 0;
  int height = 0;

  std::uint8_t* row(int y) const { return data + y * stride; }
  std::uint8_t* at(int x, int y) const { return data + y * stride + x; }
  operator PlaneView() const { return {data, stride, width, height}; }
};

}  // namespace skirret::codec
