#pragma once

#include <filesystem>
#include <optional>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_record.hh"

namespace skirret::bench {

// A run's record on disk (JSON; times in ns, what has many entries as arrays of numbers), so that a matrix of
// an hour can be gone on with, and its figures be computed anew.
Result<void> save_record(const std::filesystem::path& path, const CallRecord& record);

// kNotFound, kMalformed.
Result<CallRecord> load_record(const std::filesystem::path& path);

// Whether a run of these settings is what that record holds: all but its notes are equal, and its length is.
bool is_run_of(const CallRecord& record, const CallSettings& settings, Duration duration);

}  // namespace skirret::bench
