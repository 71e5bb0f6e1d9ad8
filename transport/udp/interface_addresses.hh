#pragma once

#include <vector>

#include "transport/session/address.hh"

namespace skirret::transport {

// This machine's addresses, port 0, best first for being called: for each family the one that the default
// route sends from (known without sending anything), then those of all interfaces that are up, in the
// system's order. May hold loopback and link-local ones, each address once. Empty when the system tells none.
std::vector<Address> interface_addresses();

}  // namespace skirret::transport
