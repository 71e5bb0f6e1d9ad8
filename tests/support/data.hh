#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/bytes.hh"

namespace skirret::test {

// The folder of test data: $SKIRRET_DATA, else ../shared/data beside the checkout. Empty when absent.
std::optional<std::filesystem::path> data_folder();

// Path of one file in it, e.g. "clips/foreman_352x288_30.mkv".
std::optional<std::filesystem::path> data_file(const std::string& relative);

// True when SKIRRET_REQUIRE_DATA=1: then missing data fails a test instead of skipping it.
bool data_required();

ByteVector read_file(const std::filesystem::path& path);  // throws std::runtime_error

}  // namespace skirret::test

// At the top of a TEST body: gives `variable` the path, or skips by name (fails where data is required).
#define SKIRRET_DATA_FILE(variable, relative)                                                        \
  const auto variable##_found = ::skirret::test::data_file(relative);                                \
  if (!variable##_found) {                                                                           \
    if (::skirret::test::data_required()) FAIL() << "required test data is missing: " << (relative); \
    GTEST_SKIP() << "needs test data: " << (relative);                                               \
  }                                                                                                  \
  const std::filesystem::path variable = *variable##_found
