#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloudenc/thunk/content_hash.hh"

namespace skirret::cloudenc {

// Arguments are objects of integers, strings, booleans, arrays and objects of these: no floating point, whose
// spelling is no canonical form. Keys are sorted.
using Arguments = nlohmann::json;

// Blobs that make up one parameter of a task.
using BlobGroup = std::vector<ContentHash>;

// One pure task as a value that any worker can run: the same thunk gives the same bytes everywhere. What
// its results depend on besides (a library's version, the architecture) stands in its arguments.
struct Thunk {
  std::string function;
  int version = 1;  // of the function; raised with every change of what it gives
  Arguments arguments = Arguments::object();
  std::vector<BlobGroup> inputs;  // a function's parameters

  // Canonical text: compact JSON, keys sorted.
  //   {"arguments":{…},"function":"rebase","inputs":[["<hash>",…],…],"version":1}
  std::string canonical() const;
  ContentHash key() const;  // BLAKE2b of the canonical text
  // Errors (kMalformed): no such object, unknown members, floating point, more than 64 levels.
  static Result<Thunk> parse(const std::string& text);

  bool operator==(const Thunk&) const = default;
};

// What a thunk gave: its output blobs in order. The store keeps it under the thunk's key.
struct Record {
  std::vector<ContentHash> outputs;
  bool operator==(const Record&) const = default;
};

}  // namespace skirret::cloudenc
