#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "tools/bench/measure/call_record.hh"

namespace skirret::bench {

// A live run as `skirret-bench call -o FOLDER` left it.
struct KeptRun {
  std::filesystem::path folder;  // of the run: its record and logs
  CallRecord record;
};

// All runs under the folders' `runs` (or the folders themselves), in the order of clips, links, systems and
// seeds. kNotFound where there is none, kMalformed for a record that cannot be read.
Result<std::vector<KeptRun>> kept_runs(const std::vector<std::string>& folders);

}  // namespace skirret::bench
