#pragma once

#include <map>
#include <optional>
#include <string>

#include "codec/base/result.hh"
#include "tools/bench/cloud/measure_cloud.hh"

namespace skirret::bench {

// Points that need not be measured again, in a file that each new one is added to at once: a long measurement
// goes on where it was stopped.
class KnownPoints {
 public:
  // An empty path: nothing is known and nothing kept. A file that is none of these: kMalformed.
  static Result<KnownPoints> open(std::string path);

  std::optional<CloudPoint> find(const std::string& key) const;
  Result<void> add(const std::string& key, const CloudPoint& point);

 private:
  std::string path_;
  std::map<std::string, CloudPoint> points_;
};

nlohmann::ordered_json point_json(const CloudPoint& point);

}  // namespace skirret::bench
