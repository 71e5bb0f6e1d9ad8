#pragma once

#include <stop_token>

#include "cloudenc/engine/engine.hh"
#include "cloudenc/store/store.hh"
#include "cloudenc/thunk/function.hh"

namespace skirret::cloudenc {

// Runs one thunk on this thread: inputs from the store, outputs and at last the record into it. A function or
// version that the registry does not know is a fatal failure; running out of memory is a retryable one.
RunResult run_thunk(const Thunk& thunk, const Registry& registry, Store& store, std::stop_token stop);

}  // namespace skirret::cloudenc
