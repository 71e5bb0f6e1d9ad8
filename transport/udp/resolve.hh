#pragma once

#include <string>
#include <string_view>

#include "codec/base/result.hh"
#include "transport/session/address.hh"

namespace skirret::transport {

// "HOST:PORT" to an address; HOST is a number or a name. Asks the name server where it must, and blocks
// meanwhile: for a program's start. An empty host (":4000") is 0.0.0.0. A name with both kinds of
// address gives its IPv4 one, since that is what listeners bind by default. Errors: kInvalid for text
// of the wrong form, kNotFound for a name that cannot be found.
Result<Address> resolve(std::string_view host_and_port);

}  // namespace skirret::transport
