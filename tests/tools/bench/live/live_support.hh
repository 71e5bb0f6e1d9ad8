#pragma once

#include <gtest/gtest.h>

#include "tools/bench/live/link_emulator.hh"

// At the top of a TEST body: an emulator, or the test is skipped where nobody may make network namespaces.
#define SKIRRET_LIVE_EMULATOR(variable, link)                                                 \
  auto variable##_made = ::skirret::bench::LinkEmulator::create(link);                        \
  if (!variable##_made && variable##_made.error().code == ::skirret::ErrorCode::kUnsupported) \
    GTEST_SKIP() << variable##_made.error().message;                                          \
  ASSERT_TRUE(variable##_made) << variable##_made.error().message;                            \
  const auto variable = std::move(*variable##_made)
