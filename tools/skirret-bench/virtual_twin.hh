#pragma once

#include <functional>
#include <vector>

#include "codec/base/executor.hh"
#include "codec/base/result.hh"
#include "tools/bench/report/twins.hh"
#include "tools/skirret-bench/kept_runs.hh"

namespace skirret::bench {

// A live run beside the same call in virtual time: same clip and link, the first capture at the same moment
// of the link, the efforts that its sender chose, coding, finishing and decoding as slow as the logs of
// sender and receiver say. kInvalid for systems without a virtual form; else what the clip, the link or the
// logs say.
Result<TwinRuns> virtual_twin(const KeptRun& live, const std::function<bool()>& stop);

// Of all runs that have a virtual form, in their order; `done` is told of each, one at a time.
Result<std::vector<TwinRuns>> virtual_twins(const std::vector<KeptRun>& runs, Executor& executor,
                                            const std::function<bool()>& stop,
                                            const std::function<void(const KeptRun&)>& done);

}  // namespace skirret::bench
