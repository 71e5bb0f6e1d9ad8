#pragma once

#include <cstdint>
#include <string>

#include "cloudenc/job/job.hh"
#include "tools/cli/program.hh"

namespace skirret::cloudenc_tool {

struct Options {
  cloudenc::JobOptions job;
  std::string output;
  std::string key_frames = "fixed";
  std::string audio = "opus";
  std::string engine = "local";
  double fps = 30;
  double ssim_db = 0;  // 0: not asked for
  int kbps = 0;        // likewise
  int jobs = 1;
  std::uint64_t memory_mib = 4096;
  std::uint64_t disk_mib = 4096;
  std::string store;  // empty: OUT.work, which goes when the job is done
  bool resume = false;
  bool plan_only = false;
  std::string timeline;

  std::string store_folder() const { return store.empty() ? output + ".work" : store; }
};

// Declares the options; they point into `options`.
void declare(CLI::App& app, Options& options);
// After parsing: what options mean together. kInvalid.
Result<void> settle(Options& options);

}  // namespace skirret::cloudenc_tool
