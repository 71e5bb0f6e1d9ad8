#pragma once

#include <cstddef>

namespace skirret::test {

// Bytes that operator new has given out in this program and that were not given back.
std::size_t live_bytes();

}  // namespace skirret::test
