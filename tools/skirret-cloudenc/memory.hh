#pragma once

#include <optional>

#include "codec/base/time.hh"

// How the C library keeps memory that tasks have given back.
namespace skirret::cloudenc_tool {

// Once, before threads begin: what an encoder takes for a chunk goes back to the system with it. The C
// library would raise this limit and keep such pieces, until the heap is several times --memory and mostly
// free.
void return_large_pieces();

// What is smaller stays in its heaps, which fill with holes over minutes, until they are told to give it
// back.
class HeapKeeper {
 public:
  void look(TimePoint now);  // trims, at most every few seconds

 private:
  std::optional<TimePoint> trimmed_;
};

}  // namespace skirret::cloudenc_tool
