#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "codec/base/result.hh"
#include "transport/link/named_source.hh"

namespace skirret::bench {

// The link that a call runs over, as a user names it.
struct CallLink {
  std::string name;  // for people
  transport::NamedSource forward;
  transport::NamedSource reverse;
  double loss = 0;  // of forward packets
};

// Where recorded traces lie: $SKIRRET_DATA/traces, else ../shared/data/traces.
std::filesystem::path traces_folder();

// NAME of a recorded link in `folder`: NAME.up forward and NAME.down back; the beginning of a name is enough
// where it means one link. Of a link that was recorded one way only, and for one trace FILE without a partner
// beside it (X.up beside X.down), the way back is as wide as it takes: 50 Mbit/s. Also constant:MBIT and
// lte[:…] (as open_named_source), the same both ways. Each may end in "/loss=P", P from 0 to 1.
Result<CallLink> open_call_link(const std::string& text, const std::filesystem::path& folder);

// "A,B,C" as three names; a comma inside lte:seed=1,mean=5 parts no names.
std::vector<std::string> names_in(const std::string& list);

}  // namespace skirret::bench
