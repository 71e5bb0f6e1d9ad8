#pragma once

#include <memory>

#include "tools/bench/conventional/conventional_coder.hh"
#include "tools/bench/virtual/sender_end.hh"

namespace skirret::bench {

// The conventional sender in virtual time.
std::unique_ptr<SenderEnd> conventional_sender(transport::SendSession session,
                                               const ConventionalConfig& config, SenderSeams seams);

}  // namespace skirret::bench
