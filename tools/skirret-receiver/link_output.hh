#pragma once

#include <string>

#include "codec/base/result.hh"
#include "transport/session/call_link.hh"

namespace skirret::tools {

// The link that a listener can be called by, on its way to the person (and nobody else): never through a log
// or --json.
class LinkOutput {
 public:
  LinkOutput(const transport::Address& bound, transport::CallSecret secret);

  // Prints it on stdout; on stderr under --json, where stdout belongs to the one object. With `file`, writes
  // it there too, mode 0600, whole or not at all.
  Result<void> show(bool json, const std::string& file) const;

 private:
  transport::CallLink link_;
};

}  // namespace skirret::tools
