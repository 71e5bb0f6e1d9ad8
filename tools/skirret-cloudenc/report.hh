#pragma once

#include "cloudenc/job/job.hh"
#include "tools/cli/program.hh"

namespace skirret::cloudenc_tool {

cli::Json plan_json(const cloudenc::PlannedJob& job);
std::string plan_text(const cloudenc::PlannedJob& job);

cli::Json result_json(const cloudenc::JobResult& result, double seconds);
std::string result_text(const std::string& output, const cloudenc::JobResult& result, double seconds);

}  // namespace skirret::cloudenc_tool
